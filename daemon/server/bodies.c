/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/bodies.h"

#include "base/clock.h"

#define KEPT_BYTES ((size_t)256 * 1024)
#define REST_NS	   (5 * NSEC_PER_SEC) /* a busy page asks more often */

struct body *bodies_latest(struct bodies *b)
{
	for (size_t i = 0; i < BODIES_MAX; i++)
		if (b->table[i].latest)
			return &b->table[i];
	return NULL;
}

struct body *bodies_find(struct bodies *b, uint64_t version, uint64_t now_ns)
{
	struct body *latest = bodies_latest(b);

	b->used_ns = now_ns;
	if (!latest || latest->version != version ||
	    now_ns - latest->made_ns >= BODIES_FRESH_S * NSEC_PER_SEC)
		return NULL;
	return latest;
}

/* Preferably the latest body, whose memory has the right size for the next one. */
static struct body *unread(struct bodies *b)
{
	struct body *latest = bodies_latest(b);

	if (latest && !latest->readers)
		return latest;
	for (size_t i = 0; i < BODIES_MAX; i++)
		if (!b->table[i].readers)
			return &b->table[i];
	return NULL;
}

struct body *bodies_new(struct bodies *b)
{
	struct body *body = unread(b);

	if (body) {
		body->latest = false;
		text_reset(&body->text);
	}
	return body;
}

void bodies_add(struct bodies *b, struct body *body, uint64_t version, uint64_t now_ns)
{
	struct body *before = bodies_latest(b);

	if (before)
		before->latest = false;
	text_fit(&body->text);
	body->version = version;
	body->made_ns = now_ns;
	body->latest = true;
}

struct body *body_ref(struct body *body)
{
	body->readers++;
	return body;
}

void body_unref(struct body *body)
{
	body->readers--;
	if (!body->readers && !body->latest)
		text_done(&body->text);
}

const struct body *bodies_crowded(const struct bodies *b)
{
	const struct body *oldest = &b->table[0];

	for (size_t i = 0; i < BODIES_MAX; i++) {
		if (!b->table[i].readers)
			return NULL;
		if (b->table[i].made_ns < oldest->made_ns)
			oldest = &b->table[i];
	}
	return oldest;
}

bool bodies_rest(struct bodies *b, uint64_t now_ns)
{
	struct body *latest = bodies_latest(b);

	if (!latest || latest->text.size <= KEPT_BYTES)
		return false;
	if (latest->readers || now_ns - b->used_ns <= REST_NS)
		return true;
	latest->latest = false;
	text_done(&latest->text);
	return false;
}

void bodies_done(struct bodies *b)
{
	for (size_t i = 0; i < BODIES_MAX; i++)
		text_done(&b->table[i].text);
}
