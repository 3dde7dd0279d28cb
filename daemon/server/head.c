/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The library hands over C strings, so what follows a NUL is lost, and "localhost" is all that is
 * left of a longer Host. Versions from 1.0 on refuse NULs themselves. Older ones keep the head in
 * one piece, in which they put NULs where something ends: each target is followed by the version,
 * and each value by the next name, with one or two bytes between them (a line feed, or a carriage
 * return before it). Whatever else lies there was cut off. Folded lines, which those versions do
 * not put together properly, are found out as well.
 */
#include "server/head.h"

#include <microhttpd.h>
#include <string.h>

struct head {
	struct request *request;
	const char *end; /* of what came before; NULL: the library takes care of NULs */
};

/*
 * The line end of the last header and the empty line: two to four bytes. A header without a name
 * would be taken for the empty line, and what comes after it for another request.
 */
static bool ends_properly(struct MHD_Connection *c, const char *method, const char *end)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	const char *head_end = info ? method + info->header_size : NULL;

	return head_end && head_end >= end + 2 && head_end <= end + 4;
}

/* The mark is where the target ends, NULL if it has an encoded NUL, which the library decodes. */
void *head_target(void *cls, const char *target, struct MHD_Connection *c)
{
	(void)cls;
	(void)c;
	return strstr(target, "%00") ? NULL : (void *)(uintptr_t)(target + strlen(target));
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name,
				 const char *value)
{
	struct head *head = cls;

	(void)kind;
	if (!value)
		value = "";
	if (head->end) {
		if (name != head->end + 1 && name != head->end + 2)
			head->request->broken = true;
		head->end = value + strlen(value);
	}
	request_header(head->request, name, value);
	return MHD_YES;
}

void head_read(struct MHD_Connection *c, const void *mark, struct request *r)
{
	const bool old = strncmp(MHD_get_version(), "0.", 2) == 0;
	struct head head = { .request = r };

	r->broken = !mark;
	if (mark && old) {
		r->broken = r->version != (const char *)mark + 1;
		head.end = r->version + strlen(r->version);
	}
	MHD_get_connection_values(c, MHD_HEADER_KIND, on_header, &head);
	if (head.end && !ends_properly(c, r->method, head.end))
		r->broken = true;
}
