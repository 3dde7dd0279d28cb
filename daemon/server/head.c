/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libmicrohttpd reports C strings, so anything after a NUL is lost: "localhost\0.example" becomes
 * "localhost". Versions since 1.0 refuse NULs. Older versions keep the head in one buffer and
 * terminate its parts there: the version follows the target, and each name follows the previous
 * value, after one or two bytes (a line feed, with or without a carriage return). If a part does
 * not start there, something was cut off. This also detects folded lines, which these versions do
 * not join properly.
 */
#include "server/head.h"

#include <microhttpd.h>
#include <string.h>

struct head {
	struct request *request;
	const char *end; /* of the previous part; NULL: the library refuses NULs */
};

/*
 * The head ends with the line end of the last header and the empty line: two to four bytes. The
 * library would take a header without a name for the empty line, and the bytes after it for another
 * request.
 */
static bool ends_properly(struct MHD_Connection *c, const char *method, const char *end)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
	const char *head_end = info ? method + info->header_size : NULL;

	return head_end && head_end >= end + 2 && head_end <= end + 4;
}

/* The mark is the end of the target; NULL if the target has an encoded NUL, which the library
 * decodes. */
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
