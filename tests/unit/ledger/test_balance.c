/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "balance_world.h"

static void growth_is_counted_from_the_first_reading(void **state)
{
	struct world *w = *state;

	drop_same(w, 90);
	read_one(w, "A.same", "", 100);
	assert_since_start(w, "A.same", "", 0, 0, 0);
	assert_int_equal(w->ledger->readings, 1);
	drop_same(w, 5);
	read_one(w, "A.same", "", 105);
	assert_since_start(w, "A.same", "", 5, 5, 0);
	assert_int_equal(row(w, "A.same", "")->value, 105);
	assert_int_equal(row(w, "A.same", "")->cells[LEDGER_SINCE_START].span_s, 15);
	assert_int_equal(w->ledger->readings, 2);
	assert_int_equal(w->ledger->time_ns, 1);
}

static void what_differs_is_unexplained(void **state)
{
	struct world *w = *state;

	kernel_shows(w, "A.part", "", 0);
	read_one(w, "A.same", "", 0);
	drop_same(w, 5);
	kernel_shows(w, "A.part", "", 3);
	read_one(w, "A.same", "", 8);
	assert_since_start(w, "A.same", "", 8, 5, 3);
	assert_since_start(w, "A.part", "", 3, 0, 3);
	drop_same(w, 10);
	drop_packets(
		w, (struct drop){ "same_rcv", "PART", .transport = "udp", .place = PLACE_OURS }, 3);
	drop_packets(w, (struct drop){ "part_1", .place = PLACE_OURS }, 4);
	drop_packets(w,
		     (struct drop){ "same_rcv", "PART", .transport = "tcp", .place = PLACE_OURS },
		     50);
	kernel_shows(w, "A.part", "", 3);
	read_one(w, "A.same", "", 9);
	assert_since_start(w, "A.same", "", 9, 15, -6);
	assert_since_start(w, "A.part", "", 3, 3, 0);
}

static void drops_during_a_reading_are_in_doubt(void **state)
{
	struct world *w = *state;

	before(w);
	drop_same(w, 10); /* before or after the reading? */
	kernel_shows(w, "A.same", "", 4);
	after(w);
	before(w);
	drop_same(w, 20);
	kernel_shows(w, "A.same", "", 4 + 6);
	after(w);
	assert_since_start(w, "A.same", "", 6, 6, 0);
	read_one(w, "A.same", "", 4 + 6 + 19);
	assert_since_start(w, "A.same", "", 25, 25, 0);
	/* At most 10 of the first reading were later, at least 20 are known. */
	read_one(w, "A.same", "", 4 + 31);
	assert_since_start(w, "A.same", "", 31, 30, 1);
}

static void without_drop_points_there_is_no_event(void **state)
{
	struct world *w = *state;

	kernel_shows(w, "A.silent", "", 1);
	read_one(w, "A.mixed", "", 1);
	drop_packets(w, (struct drop){ "mixed_rcv", .place = PLACE_OURS }, 4);
	kernel_shows(w, "A.silent", "", 8);
	read_one(w, "A.mixed", "", 8);
	assert_since_start(w, "A.silent", "", 7, 0, 0);
	assert_int_equal(row(w, "A.silent", "")->cells[0].no_event, 7);
	assert_since_start(w, "A.mixed", "", 7, 4, 0);
	assert_int_equal(row(w, "A.mixed", "")->cells[0].no_event, 3);
}

static void other_counters_include_part_of_it(void **state)
{
	struct world *w = *state;

	for (uint64_t i = 0; i < 2; i++) {
		kernel_shows(w, "A.same", "", 5 * i);
		kernel_shows(w, "A.silent", "", 2 * i);
		read_one(w, "A.sum", "", 10 * i);
		drop_same(w, 5);
		drop_packets(w, (struct drop){ "sum_rcv", .place = PLACE_OURS }, 3);
	}
	assert_int_equal(row(w, "A.sum", "")->cells[0].elsewhere, 7);
	assert_since_start(w, "A.sum", "", 10, 3, 0);
}

static void without_its_parts_a_sum_is_not_compared(void **state)
{
	struct world *w = *state;

	kernel_shows(w, "A.same", "", 0);
	read_one(w, "A.sum", "", 0);
	drop_same(w, 5);
	kernel_shows(w, "A.same", "", 5);
	read_one(w, "A.sum", "", 5);
	assert_since_start(w, "A.sum", "", 5, 0, 0);
	read_one(w, "A.sum", "", 5);
	assert_string_equal(row(w, "A.sum", "")->unavailable,
			    "A counter that includes part of it could not be read.");
	kernel_shows(w, "A.same", "", 5);
	read_one(w, "A.sum", "", 6);
	assert_since_start(w, "A.sum", "", 6, 0, 1);
}

/* The counter that includes the packet is read a moment before the one that it is part of. */
static void counters_are_not_read_at_the_same_instant(void **state)
{
	struct world *w = *state;

	kernel_shows(w, "A.same", "", 0);
	read_one(w, "A.sum", "", 0);
	before(w);
	drop_same(w, 10);
	kernel_shows(w, "A.sum", "", 2);
	kernel_shows(w, "A.same", "", 9);
	after(w);
	assert_since_start(w, "A.sum", "", 2, 0, 0);
	before(w);
	drop_same(w, 10);
	kernel_shows(w, "A.sum", "", 19);
	kernel_shows(w, "A.same", "", 11);
	after(w);
	assert_int_equal(row(w, "A.sum", "")->cells[0].unexplained, 0);
	/* The other way round. */
	drop_packets(w, (struct drop){ "sum_rcv", .place = PLACE_OURS }, 5);
	before(w);
	drop_same(w, 10);
	kernel_shows(w, "A.sum", "", 25);
	kernel_shows(w, "A.same", "", 28);
	after(w);
	assert_int_equal(row(w, "A.sum", "")->cells[0].unexplained, 0);
}

static void the_source_and_the_labels_limit_what_is_compared(void **state)
{
	struct world *w = *state;
	const struct ledger_row *r;

	w->source.source = SOURCE_NAME_NETDM;
	read_one(w, "A.same", "", 0);
	drop_packets(w, (struct drop){ "same_rcv", "SAME" }, 4);
	read_one(w, "A.same", "", 4);
	r = row(w, "A.same", "");
	assert_string_equal(r->unavailable, "netdm does not report the network namespace.");
	assert_int_equal(r->cells[0].kernel, 4);
	assert_int_equal(r->cells[0].seen, 0);
	assert_int_equal(r->cells[0].unexplained, 0);
	w->source.source = SOURCE_NAME_TRACEPOINT;
	w->labels = LABELS_ALL & ~LABEL_BIT(LABEL_REASON);
	read_one(w, "A.same", "", 4);
	assert_string_equal(row(w, "A.same", "")->unavailable, "series.labels omits reason.");
}

static void spans_roll(void **state)
{
	static const uint32_t lengths_s[] = { [LEDGER_5M] = 300, [LEDGER_1H] = 3600 };
	struct world *w = *state;
	uint64_t value = 0;

	for (int i = 0; i < 1000; i++) {
		drop_same(w, 1);
		read_one(w, "A.same", "", ++value);
	}
	assert_since_start(w, "A.same", "", 999, 999, 0);
	for (enum ledger_span i = LEDGER_5M; i < LEDGER_SPANS; i++) {
		const struct ledger_cell *cell = &row(w, "A.same", "")->cells[i];

		assert_int_equal(cell->span_s, 15 * cell->kernel);
		assert_in_range(cell->span_s, lengths_s[i], lengths_s[i] * 16 / 15 + 15);
	}
	for (int i = 0; i < 22; i++)
		read_one(w, "A.same", "", value);
	assert_cell(w, "A.same", "", LEDGER_5M, 0, 0, 0);
	read_one(w, "A.same", "", value + 2);
	assert_cell(w, "A.same", "", LEDGER_5M, 2, 0, 2);
	assert_since_start(w, "A.same", "", 1001, 999, 2);
}

/* A kernel that counts each drop at once, and events that arrive late: nothing is unexplained. */
static void a_true_kernel_is_always_explained(void **state)
{
	struct world *w = *state;
	uint64_t same = 0, part = 0, link = 0, silent = 0;

	srandom(7);
	for (int i = 0; i < 3000; i++) {
		const uint64_t early = (uint64_t)random() % 5, late = (uint64_t)random() % 5;
		const bool other = random() % 3 == 0;

		drop_same(w, early);
		drop_at_link(w, random() % 9 ? "eth0" : "", early);
		before(w);
		kernel_shows(w, "A.same", "", same += early + late);
		kernel_shows(w, "A.part", "", part += late);
		kernel_shows(w, "A.silent", "", silent += late);
		kernel_shows(w, "A.sum", "", same + silent);
		kernel_shows(w, "link.same", "eth0", link += early);
		drop_same(w, late);
		drop_packets(w, (struct drop){ "part_x", .place = PLACE_OURS }, late + other);
		w->now_ns += (uint64_t)random() % 30 * NSEC_PER_SEC;
		after(w);
		for (size_t k = 0; k < w->ledger->n_rows; k++)
			for (enum ledger_span s = 0; s < LEDGER_SPANS; s++) {
				const struct ledger_cell *c = &w->ledger->rows[k].cells[s];

				assert_int_equal(c->unexplained, 0);
				assert_true(c->kernel == c->seen + c->no_event + c->elsewhere);
			}
	}
	assert_int_equal(row(w, "A.same", "")->cells[0].seen,
			 row(w, "A.same", "")->cells[0].kernel);
	assert_true(same > 1000);
}

/* What was lost before a span began does not widen it. */
static void losses_belong_to_their_span(void **state)
{
	struct world *w = *state;

	read_one(w, "A.same", "", 0);
	w->source.lost[LOST_RING] = 4;
	for (int i = 0; i < 30; i++)
		read_one(w, "A.same", "", 0);
	read_one(w, "A.same", "", 3);
	assert_since_start(w, "A.same", "", 3, 3, 0);
	assert_cell(w, "A.same", "", LEDGER_5M, 3, 0, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(growth_is_counted_from_the_first_reading),
		TEST(what_differs_is_unexplained),
		TEST(drops_during_a_reading_are_in_doubt),
		TEST(without_drop_points_there_is_no_event),
		TEST(other_counters_include_part_of_it),
		TEST(without_its_parts_a_sum_is_not_compared),
		TEST(counters_are_not_read_at_the_same_instant),
		TEST(the_source_and_the_labels_limit_what_is_compared),
		TEST(spans_roll),
		TEST(losses_belong_to_their_span),
		TEST(a_true_kernel_is_always_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
