/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>

#include "ledger/sight.h"
#include "counters_world.h"

static const struct counter *counter(const char *name)
{
	return counter_at((size_t)counter_find_name(name));
}

static const struct sight full = { .started = true, .reasons = true, .labels = LABELS_ALL };

static void a_source_with_all_labels_sees_all(void **state)
{
	(void)state;
	for (size_t i = 0; i < counter_count(); i++)
		assert_null(sight_problem(&full, counter_at(i)));
}

static void without_a_namespace_only_the_host_is_compared(void **state)
{
	struct sight netdm = full;

	(void)state;
	netdm.netdm = true;
	assert_string_equal(sight_problem(&netdm, counter("A.same")),
			    "netdm does not report the network namespace.");
	assert_non_null(sight_problem(&netdm, counter("A.mixed")));
	assert_non_null(sight_problem(&netdm, counter("link.same")));
	assert_null(sight_problem(&netdm, counter("host.same")));
	assert_null(sight_problem(&netdm, counter("host.hardware")));
	assert_non_null(sight_problem(&netdm, counter("host.part")));
	assert_null(sight_problem(&netdm, counter("link.silent")));
}

static void without_a_label_some_counters_are_not_compared(void **state)
{
	struct sight s = full;

	(void)state;
	s.labels = LABELS_ALL & ~LABEL_BIT(LABEL_REASON);
	assert_string_equal(sight_problem(&s, counter("A.same")), "series.labels omits reason.");
	assert_null(sight_problem(&s, counter("A.sum")));
	s.labels = LABELS_ALL & ~LABEL_BIT(LABEL_DEVICE);
	assert_string_equal(sight_problem(&s, counter("link.same")), "series.labels omits device.");
	s.labels = LABELS_ALL & ~LABEL_BIT(LABEL_TRANSPORT);
	assert_string_equal(sight_problem(&s, counter("A.part")), "series.labels omits transport.");
	s.labels = 0;
	assert_string_equal(sight_problem(&s, counter("host.same")), "series.labels omits symbol.");
	assert_null(sight_problem(&s, counter("A.silent")));
}

static void kernels_without_reasons_are_recognized(void **state)
{
	static const struct drop_labels trap = { .origin = DROP_ORIGIN_HARDWARE,
						 .text = { "", "", "", "", "", "" } },
					unknown = { .text = { "f", "", "", "", "", "" } },
					known = { .text = { "f", "R", "", "", "", "" } };
	cleanup(snapshot_unrefp) struct snapshot *snap = snapshot_new(2, 0);
	struct sight sight;

	(void)state;
	assert_false(sight_of(snap, LABELS_ALL).started);
	assert_non_null(sight_problem(&(struct sight){ 0 }, counter("host.same")));
	snap->health.n_sources = 1;
	snap->health.sources[0].source = SOURCE_NAME_TRACEPOINT;
	snap->rows[0].labels = snap->rows[1].labels = &trap;
	assert_true(sight_of(snap, LABELS_ALL).reasons);
	snap->rows[0].labels = &unknown;
	sight = sight_of(snap, LABELS_ALL);
	assert_false(sight.netdm);
	assert_false(sight.reasons);
	assert_string_equal(sight_problem(&sight, counter("A.same")),
			    "This kernel does not report drop reasons.");
	assert_null(sight_problem(&sight, counter("A.sum")));
	snap->rows[1].labels = &known;
	assert_true(sight_of(snap, LABELS_ALL).reasons);
	snap->health.sources[0].source = SOURCE_NAME_NETDM;
	assert_true(sight_of(snap, LABELS_ALL).netdm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_with_all_labels_sees_all),
		cmocka_unit_test(without_a_namespace_only_the_host_is_compared),
		cmocka_unit_test(without_a_label_some_counters_are_not_compared),
		cmocka_unit_test(kernels_without_reasons_are_recognized),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
