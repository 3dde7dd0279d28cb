/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include "base/clock.h"
#include "server/bodies.h"

#define S(n) ((uint64_t)(n)*NSEC_PER_SEC)

static struct body *make(struct bodies *b, uint64_t version, uint64_t now_ns)
{
	struct body *body = bodies_new(b);

	assert_non_null(body);
	assert_int_equal(body->text.len, 0);
	text_u64(&body->text, version);
	bodies_add(b, body, version, now_ns);
	assert_ptr_equal(bodies_latest(b), body);
	return body;
}

static void shares_while_nothing_is_new(void **state)
{
	struct bodies b = { 0 };
	struct body *first;

	(void)state;
	assert_null(bodies_find(&b, 1, S(100)));
	first = make(&b, 1, S(100));
	assert_ptr_equal(bodies_find(&b, 1, S(101)), first);
	assert_ptr_equal(bodies_find(&b, 1, S(100 + BODIES_FRESH_S) - 1), first);
	assert_null(bodies_find(&b, 1, S(100 + BODIES_FRESH_S)));
	assert_null(bodies_find(&b, 2, S(101)));
	bodies_done(&b);
}

static void keeps_what_is_read(void **state)
{
	struct bodies b = { 0 };
	struct body *old, *new;

	(void)state;
	old = body_ref(make(&b, 1, S(100)));
	body_ref(old);
	new = make(&b, 2, S(101));
	assert_ptr_not_equal(new, old);
	body_unref(old);
	assert_memory_equal(old->text.bytes, "1", 1); /* has another reader */
	body_unref(old);
	assert_null(old->text.bytes);
	body_unref(body_ref(new));
	assert_memory_equal(new->text.bytes, "2", 1); /* for the next request */
	assert_ptr_equal(make(&b, 3, S(102)), new);	  /* its memory is reused */
	bodies_done(&b);
}

static void the_oldest_gives_way(void **state)
{
	struct bodies b = { 0 };
	struct body *made[BODIES_MAX];

	(void)state;
	for (uint64_t i = 0; i < BODIES_MAX; i++) {
		assert_null(bodies_crowded(&b));
		made[i] = body_ref(make(&b, i, S(100 + i)));
	}
	assert_null(bodies_new(&b));
	assert_ptr_equal(bodies_latest(&b), made[BODIES_MAX - 1]);
	assert_ptr_equal(bodies_crowded(&b), made[0]);
	body_unref(made[0]);
	assert_null(bodies_crowded(&b));
	made[0] = body_ref(make(&b, 9, S(200)));
	assert_ptr_equal(bodies_crowded(&b), made[1]);
	for (size_t i = 0; i < BODIES_MAX; i++)
		body_unref(made[i]);
	bodies_done(&b);
}

static void takes_no_more_than_its_text(void **state)
{
	static const char piece[5000];
	struct bodies b = { 0 };
	struct body *body = bodies_new(&b);

	(void)state;
	for (int i = 0; i < 10; i++)
		text_write(&body->text, piece, sizeof(piece));
	assert_true(body->text.size > body->text.len);
	bodies_add(&b, body, 0, S(100));
	assert_int_equal(body->text.size, body->text.len);
	assert_int_equal(body->text.len, 10 * sizeof(piece));
	bodies_done(&b);
}

/* A text that failed is never added; the latest body stays as it was. */
static void survives_a_failed_rendering(void **state)
{
	struct bodies b = { 0 };
	struct body *good, *bad;

	(void)state;
	good = body_ref(make(&b, 1, S(100)));
	bad = bodies_new(&b);
	text_done(&bad->text);
	assert_ptr_equal(bodies_latest(&b), good);
	body_unref(good);
	assert_non_null(good->text.bytes);
	bodies_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_while_nothing_is_new),
		cmocka_unit_test(keeps_what_is_read),
		cmocka_unit_test(the_oldest_gives_way),
		cmocka_unit_test(takes_no_more_than_its_text),
		cmocka_unit_test(survives_a_failed_rendering),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
