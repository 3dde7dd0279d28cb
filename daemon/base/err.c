/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	err->code = code;
	errno = -code; /* for %m */
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	err->cause_len = strlen(err->text);
	return code;
}

int err_remedy(struct err *err, int code, const char *fmt, ...)
{
	const size_t size = sizeof(err->text);
	va_list ap;
	size_t n;

	if (!err)
		return code;
	n = strlen(err->text);
	n += (size_t)snprintf(err->text + n, size - n, "; ");
	if (n >= size)
		return code;
	va_start(ap, fmt);
	vsnprintf(err->text + n, size - n, fmt, ap);
	va_end(ap);
	return code;
}

int err_prefix(struct err *err, const char *fmt, ...)
{
	const size_t size = sizeof(err->text);
	char prefix[sizeof(err->text)];
	va_list ap;
	size_t n;

	if (!err)
		return -EINVAL;
	va_start(ap, fmt);
	vsnprintf(prefix, size - 2, fmt, ap);
	va_end(ap);
	n = strlen(prefix);
	memcpy(prefix + n, ": ", 2);
	n += 2;
	memmove(err->text + n, err->text, size - n);
	memcpy(err->text, prefix, n);
	err->text[size - 1] = '\0';
	err->cause_len += n;
	if (err->cause_len > size - 1)
		err->cause_len = size - 1;
	return err->code;
}
