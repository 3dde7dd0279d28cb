/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config_value.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	uint64_t factor;
};

/* Digits at the start of a text; where they end, or NULL if there are none. */
static const char *digits(const char *text, uint64_t *ret)
{
	uint64_t value = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
			value = UINT64_MAX;
	if (p == text)
		return NULL;
	*ret = value;
	return p;
}

static bool with_unit(const char *text, const struct unit *units, size_t n, uint64_t *ret)
{
	uint64_t value;
	const char *rest = digits(text, &value);

	for (size_t i = 0; rest && i < n; i++) {
		if (strcmp(rest, units[i].name) != 0)
			continue;
		if (__builtin_mul_overflow(value, units[i].factor, &value))
			value = UINT64_MAX;
		*ret = value;
		return true;
	}
	return false;
}

bool config_value_number(const char *text, uint64_t *ret)
{
	static const struct unit none = { "", 1 };

	return with_unit(text, &none, 1, ret);
}

bool config_value_bytes(const char *text, uint64_t *ret)
{
	static const struct unit units[] = {
		{ "", 1 },
		{ "KiB", 1 << 10 },
		{ "MiB", 1 << 20 },
		{ "GiB", 1 << 30 },
	};

	return with_unit(text, units, sizeof(units) / sizeof(units[0]), ret);
}

bool config_value_ms(const char *text, uint64_t *ret)
{
	static const struct unit units[] = {
		{ "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 },
	};

	if (strcmp(text, "0") == 0) {
		*ret = 0;
		return true;
	}
	return with_unit(text, units, sizeof(units) / sizeof(units[0]), ret);
}

/* strtod() alone would also read "nan", "0x1p3" and " 1". The program keeps the locale C. */
bool config_value_real(const char *text, double *ret)
{
	const size_t whole = strspn(text, "0123456789");
	const bool point = text[whole] == '.';
	const size_t decimals = point ? strspn(text + whole + 1, "0123456789") : 0;

	if (whole + decimals == 0 || text[whole + point + decimals])
		return false;
	*ret = strtod(text, NULL);
	return true;
}
