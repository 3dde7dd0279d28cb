/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/reply.h"

#include <microhttpd.h>
#include <string.h>

static const struct {
	const char *name, *value;
} fixed_headers[] = {
	{ MHD_HTTP_HEADER_CACHE_CONTROL, "no-store" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Content-Security-Policy",
	  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
	  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'" },
};

/* Takes over the response; NULL: out of memory. */
static bool send_response(struct MHD_Connection *c, unsigned int code, const char *type,
			  struct MHD_Response *r)
{
	bool taken;

	if (!r)
		return false;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	for (size_t i = 0; i < sizeof(fixed_headers) / sizeof(fixed_headers[0]); i++)
		MHD_add_response_header(r, fixed_headers[i].name, fixed_headers[i].value);
	taken = MHD_queue_response(c, code, r) == MHD_YES;
	MHD_destroy_response(r);
	return taken;
}

/* Called by the library when the answer was sent or the connection was closed. */
static void body_sent(void *cls)
{
	body_unref(cls);
}

/* Takes over the answer's body. */
static struct MHD_Response *new_response(struct answer *a)
{
	const struct text *text = a->shared ? &a->shared->text : &a->own;
	struct MHD_Response *r;

	if (!a->shared)
		r = MHD_create_response_from_buffer(text->len, text->bytes, MHD_RESPMEM_MUST_FREE);
	else
		r = MHD_create_response_from_buffer_with_free_callback_cls(text->len, text->bytes,
									   body_sent, a->shared);
	if (!r)
		answer_release(a);
	return r;
}

bool reply_answer(struct MHD_Connection *c, struct answer *a)
{
	return send_response(c, a->code, a->type, new_response(a));
}

bool reply_refusal(struct MHD_Connection *c, unsigned int code, const char *why)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		strlen(why), (void *)(uintptr_t)why, MHD_RESPMEM_PERSISTENT);

	if (!r)
		return false;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
	if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	return send_response(c, code, "text/plain; charset=utf-8", r);
}
