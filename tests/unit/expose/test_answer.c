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

static void gives_texts_back(void **state)
{
	struct answer a[ANSWER_TEXTS], one_more;
	struct room r;
	char *first;

	(void)state;
	enter(&r, world_small());
	for (size_t i = 0; i < ANSWER_TEXTS; i++) {
		assert_int_equal(get(&r, i % 2 ? "/" : "/metrics", &a[i]), 200);
		assert_non_null(a[i].text);
	}
	assert_int_equal(get(&r, "/metrics", &one_more), 503);
	assert_true(one_more.busy);
	assert_null(one_more.text);
	assert_int_equal(get(&r, "/-/ready", &one_more), 200); /* needs none */
	first = a[0].text->text.out.bytes;
	answers_sent(&r.answers, a[0].text);
	answers_sent(&r.answers, a[2].text);
	assert_null(a[2].text->text.out.bytes);
	assert_int_equal(get(&r, "/metrics", &one_more), 200);
	assert_ptr_equal(one_more.body, first); /* the first one's memory is kept */
	leave(&r);
}

static void rests_when_nobody_asks(void **state)
{
	struct answer a;
	struct room r;

	(void)state;
	enter(&r, world_large(10000, NULL));
	assert_int_equal(get(&r, "/metrics", &a), 200);
	answers_rest(&r.answers, UINT64_MAX);
	assert_ptr_equal(a.text->text.out.bytes, a.body); /* not sent yet */
	answers_sent(&r.answers, a.text);
	answers_rest(&r.answers, r.answers.used_ns);
	assert_non_null(r.answers.texts[0].text.out.bytes);
	answers_rest(&r.answers, UINT64_MAX);
	assert_null(r.answers.texts[0].text.out.bytes);
	assert_int_equal(get(&r, "/metrics", &a), 200);
	answers_sent(&r.answers, a.text);
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
	answers_sent(&r.answers, a.text);
	slot_publish(&r.snapshots, &s->value);
	assert_int_equal(get(&r, "/-/ready", &a), 200);
	s->health.source.up = false; /* ours alone here */
	assert_int_equal(get(&r, "/-/ready", &a), 503);
	assert_string_equal(a.body, "not ready: the source is not up\n");
	memset(s->health.source.trouble, 'x', sizeof(s->health.source.trouble) - 1);
	assert_int_equal(get(&r, "/-/ready", &a), 503);
	assert_int_equal(a.len, strlen("not ready: \n") + sizeof(s->health.source.trouble) - 1);
	s->health.source.finished = true;
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
		cmocka_unit_test(gives_texts_back),
		cmocka_unit_test(rests_when_nobody_asks),
		cmocka_unit_test(ready_or_why_not),
		cmocka_unit_test(knows_its_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
