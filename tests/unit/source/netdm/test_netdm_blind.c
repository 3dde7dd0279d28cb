/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netdm_blind.c: every moment in which drops may have been missed counts once. */
#include "../../test.h"

#include "base/clock.h"
#include "source/netdm/netdm_blind.h"

#define S NSEC_PER_SEC

static void test_never_on_is_not_blind(void **state)
{
	struct netdm_blind b = { 0 };

	(void)state;
	netdm_blind_begin(&b);
	assert_int_equal(netdm_blind_total(&b, 100 * S), 0);
}

/* From one second before the last proof, since counts are held back, until it is on again. */
static void test_from_before_the_last_proof(void **state)
{
	struct netdm_blind b = { 0 };

	(void)state;
	netdm_blind_proof(&b, 10 * S, 10 * S);
	netdm_blind_proof(&b, 20 * S, 20 * S);
	assert_int_equal(netdm_blind_total(&b, 25 * S), 0);
	netdm_blind_begin(&b);
	assert_int_equal(netdm_blind_total(&b, 22 * S), 3 * S);
	netdm_blind_begin(&b); /* still the same span */
	assert_int_equal(netdm_blind_total(&b, 23 * S), 4 * S);
	netdm_blind_proof(&b, 24 * S, 24 * S);
	assert_int_equal(netdm_blind_total(&b, 1000 * S), 5 * S);
}

/* The proof is for the time of the question; the span lasts until the answer. */
static void test_a_late_answer(void **state)
{
	struct netdm_blind b = { 0 };

	(void)state;
	netdm_blind_proof(&b, 10 * S, 10 * S);
	netdm_blind_proof(&b, 20 * S, 23 * S);
	netdm_blind_begin(&b);
	netdm_blind_proof(&b, 25 * S, 27 * S);
	assert_int_equal(netdm_blind_total(&b, 30 * S), 8 * S);
	netdm_blind_proof(&b, 24 * S, 30 * S); /* older than the last one: nothing new */
	assert_int_equal(b.proven_ns, 25 * S);
}

/* Nothing was held back before it was first on. */
static void test_not_before_it_was_first_on(void **state)
{
	struct netdm_blind b = { 0 };

	(void)state;
	netdm_blind_proof(&b, 10 * S, 10 * S);
	netdm_blind_begin(&b);
	assert_int_equal(netdm_blind_total(&b, 10 * S + 7), 7);
}

static void test_spans_do_not_overlap(void **state)
{
	struct netdm_blind b = { 0 };

	(void)state;
	netdm_blind_proof(&b, 10 * S, 10 * S);
	for (uint64_t t = 11; t <= 20; t++) {
		netdm_blind_begin(&b);
		netdm_blind_proof(&b, t * S, t * S);
		netdm_blind_begin(&b);
		netdm_blind_proof(&b, t * S + S / 2, t * S + S / 2);
	}
	assert_int_equal(netdm_blind_total(&b, 99 * S), 10 * S + S / 2);
}

static void test_at_the_beginning_of_time(void **state)
{
	struct netdm_blind b = { 0 };

	(void)state;
	netdm_blind_proof(&b, S / 4, S / 4);
	netdm_blind_proof(&b, S / 2, S / 2);
	netdm_blind_begin(&b);
	assert_int_equal(netdm_blind_total(&b, S), S * 3 / 4);
}

/* Blind before it was first on: the previous daemon was. */
static void test_taken_over_from_a_predecessor(void **state)
{
	struct netdm_blind b = { .since_ns = 5 * S };

	(void)state;
	assert_int_equal(netdm_blind_total(&b, 8 * S), 3 * S);
	netdm_blind_proof(&b, 9 * S, 9 * S);
	assert_int_equal(netdm_blind_total(&b, 20 * S), 4 * S);
}

static void test_time_does_not_go_back(void **state)
{
	struct netdm_blind b = { .since_ns = 5 * S, .total_ns = 3 };

	(void)state;
	assert_int_equal(netdm_blind_total(&b, 4 * S), 3);
}

static void test_flapping(void **state)
{
	struct netdm_blind b = { 0 };

	(void)state;
	assert_false(netdm_blind_flaps(&b, 0));
	netdm_blind_interrupted(&b, 5 * S);
	assert_false(netdm_blind_flaps(&b, 5 * S)); /* once is not "again and again" */
	netdm_blind_interrupted(&b, 15 * S);
	assert_false(netdm_blind_flaps(&b, 15 * S)); /* 10 s apart */
	netdm_blind_interrupted(&b, 25 * S - 1);
	assert_true(netdm_blind_flaps(&b, 25 * S - 1));
	assert_true(netdm_blind_flaps(&b, 35 * S - 2));
	assert_false(netdm_blind_flaps(&b, 35 * S - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_never_on_is_not_blind),
		cmocka_unit_test(test_from_before_the_last_proof),
		cmocka_unit_test(test_a_late_answer),
		cmocka_unit_test(test_not_before_it_was_first_on),
		cmocka_unit_test(test_spans_do_not_overlap),
		cmocka_unit_test(test_at_the_beginning_of_time),
		cmocka_unit_test(test_taken_over_from_a_predecessor),
		cmocka_unit_test(test_time_does_not_go_back),
		cmocka_unit_test(test_flapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
