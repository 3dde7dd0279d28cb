/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "expose/answer.h"
#include "world.h"

struct room {
	struct slot snapshots, status;
	struct answers answers;
};

static void enter(struct room *r, struct snapshot *s)
{
	memset(r, 0, sizeof(*r));
	slot_init(&r->snapshots);
	slot_init(&r->status);
	if (s)
		slot_publish(&r->snapshots, &s->value);
	r->answers.snapshots = &r->snapshots;
	r->answers.status = &r->status;
}

static void leave(struct room *r)
{
	answers_done(&r->answers);
	slot_done(&r->snapshots);
	slot_done(&r->status);
}

static unsigned int get(struct room *r, const char *path, struct answer *a)
{
	answers_get(&r->answers, path, a);
	assert_true(a->len > 0);
	return a->code;
}

static void sent(struct answer *a)
{
	body_unref(a->shared);
}

/* A body is rendered once, however many ask, until there is something new. */
static void renders_once(void **state)
{
	struct answer first, again, page, next;
	struct room r;

	(void)state;
	enter(&r, world_small());
	assert_int_equal(get(&r, "/metrics", &first), 200);
	assert_int_equal(get(&r, "/metrics", &again), 200);
	assert_ptr_equal(again.shared, first.shared);
	assert_int_equal(get(&r, "/", &page), 200);
	assert_ptr_not_equal(page.body, first.body);
	slot_publish(&r.snapshots, &world_large(100, NULL)->value);
	assert_int_equal(get(&r, "/metrics", &next), 200);
	assert_ptr_not_equal(next.shared, first.shared);
	assert_true(next.len > first.len);
	sent(&first);
	assert_memory_equal(again.body, "# HELP ", 7); /* still being sent */
	sent(&again);
	slot_publish(&r.status, &world_status()->value);
	assert_int_equal(get(&r, "/metrics", &again), 200);
	assert_ptr_not_equal(again.shared, next.shared);
	sent(&again);
	sent(&next);
	sent(&page);
	leave(&r);
}

/* Clients that never read on hold all bodies: whoever asks gets the latest one, never a refusal. */
static void never_refuses(void **state)
{
	struct answer a[BODIES_MAX], more;
	struct snapshot *s = world_small();
	struct room r;

	(void)state;
	enter(&r, s);
	for (size_t i = 0; i < BODIES_MAX; i++) {
		assert_int_equal(get(&r, "/metrics", &a[i]), 200);
		slot_publish(&r.snapshots, &world_small()->value);
	}
	assert_int_equal(get(&r, "/metrics", &more), 200);
	assert_ptr_equal(more.shared, a[BODIES_MAX - 1].shared);
	sent(&more);
	sent(&a[0]);
	assert_int_equal(get(&r, "/metrics", &more), 200);
	assert_ptr_not_equal(more.shared, a[BODIES_MAX - 1].shared);
	sent(&more);
	for (size_t i = 1; i < BODIES_MAX; i++)
		sent(&a[i]);
	leave(&r);
}

static void rests_when_nobody_asks(void **state)
{
	struct answer a;
	struct body *body;
	struct room r;

	(void)state;
	enter(&r, world_large(10000, NULL));
	assert_int_equal(get(&r, "/metrics", &a), 200);
	body = a.shared;
	answers_rest(&r.answers, UINT64_MAX);
	assert_ptr_equal(body->text.out.bytes, a.body); /* not sent yet */
	sent(&a);
	answers_rest(&r.answers, r.answers.metrics.used_ns);
	assert_non_null(body->text.out.bytes);
	answers_rest(&r.answers, UINT64_MAX);
	assert_null(body->text.out.bytes);
	assert_int_equal(get(&r, "/metrics", &a), 200);
	sent(&a);
	leave(&r);
}

static void ready_or_why_not(void **state)
{
	struct snapshot *s = world_small();
	struct answer a;
	struct room r;

	(void)state;
	enter(&r, NULL);
	assert_int_equal(get(&r, "/-/ready", &a), 503);
	assert_int_equal(get(&r, "/-/healthy", &a), 200);
	assert_int_equal(get(&r, "/metrics", &a), 200);
	sent(&a);
	slot_publish(&r.snapshots, &s->value);
	assert_int_equal(get(&r, "/-/ready", &a), 200);
	s->health.sources[0].up = false; /* ours alone here */
	assert_int_equal(get(&r, "/-/ready", &a), 503);
	assert_string_equal(a.body, "not ready: the source is not up\n");
	memset(s->health.sources[0].trouble, 'x', sizeof(s->health.sources[0].trouble) - 1);
	assert_int_equal(get(&r, "/-/ready", &a), 503);
	assert_int_equal(a.len, strlen("not ready: \n") + sizeof(s->health.sources[0].trouble) - 1);
	s->health.sources[0].finished = true;
	assert_int_equal(get(&r, "/-/ready", &a), 200);
	leave(&r);
}

static void knows_its_paths(void **state)
{
	static const char *const none[] = {
		"", "metrics", "/metric", "/metricsx", "//", "/-/readyx"
	};
	struct answer a;
	struct room r;

	(void)state;
	enter(&r, NULL);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(get(&r, none[i], &a), 404);
	assert_int_equal(get(&r, "/style.css", &a), 200);
	assert_int_equal(get(&r, "/page.js", &a), 200);
	leave(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(renders_once),
		cmocka_unit_test(never_refuses),
		cmocka_unit_test(rests_when_nobody_asks),
		cmocka_unit_test(ready_or_why_not),
		cmocka_unit_test(knows_its_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
