/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdlib.h>

#include "ledger/equation.h"

#define ROUNDS 1000000

static struct ledger_cell solve(enum counter_relation relation, uint64_t kernel, uint64_t elsewhere,
				uint64_t least, uint64_t most)
{
	const struct equation e = { relation, kernel, elsewhere, least, most };
	struct ledger_cell cell = { 0 };

	equation_solve(&e, &cell);
	return cell;
}

#define assert_terms(cell, seen_, no_event_, elsewhere_, unexplained_)                             \
	do {                                                                                       \
		const struct ledger_cell c = (cell);                                               \
                                                                                                   \
		assert_int_equal(c.seen, seen_);                                                   \
		assert_int_equal(c.no_event, no_event_);                                           \
		assert_int_equal(c.elsewhere, elsewhere_);                                         \
		assert_int_equal(c.unexplained, unexplained_);                                     \
	} while (0)

static void the_same_event_explains_each_count(void **state)
{
	(void)state;
	assert_terms(solve(COUNTER_SAME, 7, 0, 7, 7), 7, 0, 0, 0);
	assert_terms(solve(COUNTER_SAME, 7, 0, 5, 9), 7, 0, 0, 0);
	assert_terms(solve(COUNTER_SAME, 7, 0, 2, 4), 4, 0, 0, 3);
	assert_terms(solve(COUNTER_SAME, 7, 0, 9, 11), 9, 0, 0, -2);
}

static void drops_of_other_causes_are_no_surplus(void **state)
{
	(void)state;
	assert_terms(solve(COUNTER_PART, 7, 0, 9, 11), 7, 0, 0, 0);
	assert_terms(solve(COUNTER_PART, 7, 0, 2, 4), 4, 0, 0, 3);
}

static void what_has_no_event_is_not_unexplained(void **state)
{
	(void)state;
	assert_terms(solve(COUNTER_NO_EVENT, 7, 0, 0, 0), 0, 7, 0, 0);
	assert_terms(solve(COUNTER_NO_EVENT, 7, 0, 2, 2), 2, 5, 0, 0);
	assert_terms(solve(COUNTER_NO_EVENT, 7, 3, 2, 2), 2, 2, 3, 0);
	assert_terms(solve(COUNTER_NO_EVENT, 7, 0, 9, 9), 7, 0, 0, 0);
}

static void what_is_counted_elsewhere_is_not_missing_here(void **state)
{
	(void)state;
	assert_terms(solve(COUNTER_SAME, 7, 5, 2, 2), 2, 0, 5, 0);
	assert_terms(solve(COUNTER_SAME, 7, 5, 1, 1), 1, 0, 5, 1);
	assert_terms(solve(COUNTER_SAME, 7, 9, 0, 0), 0, 0, 7, 0);
	assert_terms(solve(COUNTER_SAME, 7, 9, 1, 1), 1, 0, 7, -1);
}

/* Small numbers meet each other often; large ones overflow. */
static uint64_t any(void)
{
	return random() % 2 ? (uint64_t)random() % 8 : (uint64_t)random() << 31;
}

static void the_equation_always_holds(void **state)
{
	(void)state;
	srandom(1);
	for (int i = 0; i < ROUNDS; i++) {
		const enum counter_relation relation = (unsigned int)random() % 3;
		const uint64_t kernel = any(), least = any();
		const struct ledger_cell c = solve(relation, kernel, any(), least, least + any());

		assert_int_equal(c.kernel, kernel);
		assert_true(c.kernel ==
			    c.seen + c.no_event + c.elsewhere + (uint64_t)c.unexplained);
		assert_true(c.elsewhere <= c.kernel);
		assert_true(relation == COUNTER_SAME || c.unexplained >= 0);
		assert_true(relation == COUNTER_NO_EVENT ? !c.unexplained : !c.no_event);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_event_explains_each_count),
		cmocka_unit_test(drops_of_other_causes_are_no_surplus),
		cmocka_unit_test(what_has_no_event_is_not_unexplained),
		cmocka_unit_test(what_is_counted_elsewhere_is_not_missing_here),
		cmocka_unit_test(the_equation_always_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
