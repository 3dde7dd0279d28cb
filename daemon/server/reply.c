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

/* Takes over the response, which may be NULL (out of memory: the connection is closed). */
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

/* Called by the library when the answer is sent, or given up. */
static void body_sent(void *cls)
{
	body_unref(cls);
}

/* Takes over the answer's reference. */
static struct MHD_Response *shared_response(const struct answer *a)
{
	struct MHD_Response *r = MHD_create_response_from_buffer_with_free_callback_cls(
		a->len, (void *)(uintptr_t)a->body, body_sent, a->shared);

	if (!r)
		body_unref(a->shared);
	return r;
}

/* The library does not write to a body, whatever its type says. */
static struct MHD_Response *small_response(const struct answer *a)
{
	return MHD_create_response_from_buffer(a->len, (void *)(uintptr_t)a->body,
					       a->body == a->small ? MHD_RESPMEM_MUST_COPY
								   : MHD_RESPMEM_PERSISTENT);
}

bool reply_answer(struct MHD_Connection *c, const struct answer *a)
{
	return send_response(c, a->code, a->type,
			     a->shared ? shared_response(a) : small_response(a));
}

/* A refusal ends the connection: what follows on it may be no request at all. */
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
