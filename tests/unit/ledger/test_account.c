/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "balance_world.h"

#include <errno.h>

#include "ledger/account.h"

static void a_new_device_begins_at_zero(void **state)
{
	struct world *w = *state;

	read_one(w, "link.same", "eth0", 50);
	drop_at_link(w, "veth0", 7);
	kernel_shows(w, "link.silent", "veth0", 3);
	read_one(w, "link.same", "veth0", 7);
	assert_since_start(w, "link.same", "veth0", 7, 7, 0);
	assert_null(row(w, "link.silent", "veth0")); /* nothing shows that it began at 0 */
	drop_at_link(w, "veth0", 1);
	kernel_shows(w, "link.silent", "veth0", 5);
	read_one(w, "link.same", "veth0", 9);
	assert_since_start(w, "link.same", "veth0", 9, 8, 1);
	assert_since_start(w, "link.silent", "veth0", 2, 0, 0);
}

static void a_device_from_elsewhere_brings_its_counts(void **state)
{
	struct world *w = *state;

	read_one(w, "link.same", "eth0", 0);
	drop_at_link(w, "eth1", 2);
	kernel_shows(w, "link.same", "eth0", 0);
	read_one(w, "link.same", "eth1", 1000);
	assert_since_start(w, "link.same", "eth1", 2, 2, 0);
	read_one(w, "link.same", "eth1", 1001);
	assert_since_start(w, "link.same", "eth1", 3, 2, 1);
}

static void a_renamed_device_is_another_one(void **state)
{
	struct world *w = *state;

	read_one(w, "link.same", "eth0", 0);
	drop_at_link(w, "eth0", 5);
	read_one(w, "link.same", "eth0", 5);
	drop_at_link(w, "eth0", 2);
	drop_at_link(w, "lan", 1);
	read_one(w, "link.same", "lan", 8);
	assert_null(row(w, "link.same", "eth0"));
	assert_since_start(w, "link.same", "lan", 1, 1, 0);
}

static void a_counter_that_decreases_starts_again(void **state)
{
	struct world *w = *state;

	read_one(w, "link.same", "eth0", 10);
	drop_at_link(w, "eth0", 7);
	read_one(w, "link.same", "eth0", 17);
	drop_at_link(w, "eth0", 3);
	read_one(w, "link.same", "eth0", 2);
	assert_null(row(w, "link.same", "eth0"));
	drop_at_link(w, "eth0", 4);
	read_one(w, "link.same", "eth0", 6);
	for (enum ledger_span i = 0; i < LEDGER_SPANS; i++) {
		assert_cell(w, "link.same", "eth0", i, 4, 4, 0);
		assert_int_equal(row(w, "link.same", "eth0")->cells[i].span_s, 15);
	}
}

/* It was away for so long that its drops before and after do not belong together. */
static void a_device_that_comes_back_starts_again(void **state)
{
	struct world *w = *state;

	kernel_shows(w, "A.same", "", 0);
	read_one(w, "link.same", "eth0", 0);
	drop_at_link(w, "eth0", 5);
	read_one(w, "link.same", "eth0", 5);
	drop_at_link(w, "eth0", 90); /* and it is deleted */
	read_one(w, "A.same", "", 0);
	drop_at_link(w, "eth0", 9);
	read_one(w, "link.same", "eth0", 9);
	assert_since_start(w, "link.same", "eth0", 9, 9, 0);
}

static void a_file_that_cannot_be_read_only_hides_its_rows(void **state)
{
	struct world *w = *state;

	read_one(w, "A.same", "", 1);
	drop_same(w, 2);
	read_one(w, "A.same", "", 3);
	drop_same(w, 4);
	read_kernel(w);
	assert_int_equal(w->ledger->n_rows, 0);
	read_one(w, "A.same", "", 7);
	assert_since_start(w, "A.same", "", 6, 6, 0);
}

/* Marks of the time in between lead to its counts before. */
static void spans_begin_while_a_file_cannot_be_read(void **state)
{
	struct world *w = *state;

	read_one(w, "A.same", "", 1000);
	drop_same(w, 1);
	read_one(w, "A.same", "", 1001);
	for (int i = 0; i < 10; i++)
		read_kernel(w);
	for (int i = 0; i < 15; i++) {
		drop_same(w, 1);
		read_one(w, "A.same", "", 1002 + (uint64_t)i);
	}
	assert_cell(w, "A.same", "", LEDGER_5M, 15, 15, 0);
}

static void a_file_that_is_read_later_begins_then(void **state)
{
	struct world *w = *state;

	read_kernel(w);
	drop_same(w, 5);
	read_one(w, "A.same", "", 105);
	assert_since_start(w, "A.same", "", 0, 0, 0);
}

static void nothing_is_older_than_the_first_reading(void **state)
{
	struct world *w = *state;

	before(w);
	drop_at_link(w, "eth0", 3);
	kernel_shows(w, "link.same", "eth0", 10);
	after(w);
	assert_null(row(w, "link.same", "eth0"));
}

/* All spans of it begin again. */
static void a_counter_of_old_age_starts_again(void **state)
{
	struct world *w = *state;

	for (uint64_t i = 0; i < 300; i++) {
		drop_at_link(w, "eth0", 1);
		read_one(w, "link.same", "eth0", i);
	}
	read_one(w, "link.same", "eth0", 0);
	drop_at_link(w, "eth0", 4);
	read_one(w, "link.same", "eth0", 4);
	for (enum ledger_span i = 0; i < LEDGER_SPANS; i++) {
		assert_cell(w, "link.same", "eth0", i, 4, 4, 0);
		assert_int_equal(row(w, "link.same", "eth0")->cells[i].span_s, 15);
	}
}

static struct account *open_account(struct accounts *a, unsigned int i)
{
	char name[16];
	int place;

	snprintf(name, sizeof(name), "eth%u", i);
	place = accounts_open(a, (unsigned int)counter_find_name("link.same"), name);
	assert_true(place >= 0);
	return &a->all[place];
}

static void accounts_that_grow_are_bounded(void **state)
{
	const unsigned int most = LEDGER_ROWS_MAX - (unsigned int)counter_count();
	struct accounts a = { .key = hash_key_random() };

	(void)state;
	assert_int_equal(accounts_open(&a, 0, ""), 0);
	for (unsigned int i = 0; i < most; i++)
		assert_int_equal(accounts_track(&a, open_account(&a, i)), 0);
	assert_int_equal(accounts_track(&a, open_account(&a, most)), -ENOSPC);
	assert_int_equal(accounts_track(&a, accounts_find(&a, 0, "")), 0);
	for (unsigned int i = 0; i < most; i++)
		open_account(&a, i)->reading = 6;
	open_account(&a, 3)->reading = 7;
	open_account(&a, 5)->growth->seen = 1; /* since the last reading */
	assert_true(accounts_sweep(&a, 7));
	assert_int_equal(a.n, 3);
	assert_non_null(accounts_find(&a, 0, ""));
	assert_int_equal(accounts_track(&a, open_account(&a, most)), 0);
	assert_int_equal(a.n_devices, 3);
	for (unsigned int i = 0; i < ACCOUNTS_MAX - 4; i++)
		open_account(&a, 10000 + i);
	assert_int_equal(accounts_open(&a, 1, ""), -ENOSPC);
	accounts_done(&a);
}

/* Deleted devices are few next to those that stay, but they take the last places. */
static void accounts_not_in_use_make_room(void **state)
{
	const unsigned int most = LEDGER_ROWS_MAX - (unsigned int)counter_count();
	struct accounts a = { .key = hash_key_random() };

	(void)state;
	for (unsigned int i = 0; i < most; i++) {
		struct account *account = open_account(&a, i);

		assert_int_equal(accounts_track(&a, account), 0);
		account->reading = i < 100 ? 6 : 7;
	}
	assert_true(accounts_sweep(&a, 7));
	assert_int_equal(a.n, most - 100);
	assert_int_equal(accounts_track(&a, open_account(&a, most)), 0);
	open_account(&a, 200)->reading = 6;
	assert_false(accounts_sweep(&a, 7));
	accounts_done(&a);
}

static void devices_are_shown_once_they_grow(void **state)
{
	struct world *w = *state;

	for (uint64_t i = 0; i < 2; i++) {
		kernel_shows(w, "link.silent", "eth1", 5 + i);
		kernel_shows(w, "link.silent", "eth0", 5 + i);
		kernel_shows(w, "link.same", "eth0", 5);
		kernel_shows(w, "host.same", "", 0);
		read_one(w, "A.same", "", 0);
		assert_int_equal(w->ledger->n_rows, i ? 4 : 2);
	}
	assert_string_equal(w->ledger->rows[0].counter->name, "A.same");
	assert_string_equal(w->ledger->rows[1].counter->name, "host.same");
	assert_string_equal(w->ledger->rows[2].device, "eth0");
	assert_string_equal(w->ledger->rows[3].device, "eth1");
	drop_at_link(w, "eth0", 1);
	read_one(w, "link.same", "eth0", 5);
	assert_since_start(w, "link.same", "eth0", 0, 1, -1);
}

static void devices_without_end_are_bounded(void **state)
{
	struct world *w = *state;
	char name[16];

	read_one(w, "A.same", "", 0);
	for (int round = 0; round < 20; round++) {
		for (uint64_t k = 0; k < 2; k++) {
			for (int i = 0; i < 3000; i++) {
				snprintf(name, sizeof(name), "veth%d.%d", round, i);
				kernel_shows(w, "link.silent", name, k);
			}
			read_one(w, "A.same", "", (uint64_t)round);
		}
		assert_int_equal(w->ledger->n_rows, LEDGER_ROWS_MAX - counter_count() + 1);
		drop_same(w, 1);
		drop_packets(w, (struct drop){ "part_1", .place = PLACE_OURS }, 7);
		read_one(w, "A.same", "", 1 + (uint64_t)round);
		assert_since_start(w, "A.same", "", 1 + (uint64_t)round, 1 + (uint64_t)round, 0);
	}
}

/* How much of it was elsewhere before is unknown. */
static void a_part_that_is_read_later_leaves_nothing_unexplained(void **state)
{
	struct world *w = *state;

	read_one(w, "A.sum", "", 0);
	drop_same(w, 5);
	kernel_shows(w, "A.same", "", 5);
	read_one(w, "A.sum", "", 5);
	assert_int_equal(row(w, "A.sum", "")->cells[LEDGER_SINCE_START].unexplained, 0);
}

/* Such as those of a module that is loaded late. */
static void devices_leave_room_for_other_counters(void **state)
{
	struct world *w = *state;
	char name[16];

	for (uint64_t k = 0; k < 2; k++) {
		for (int i = 0; i < LEDGER_ROWS_MAX; i++) {
			snprintf(name, sizeof(name), "veth%d", i);
			kernel_shows(w, "link.silent", name, k);
		}
		if (k > 0)
			kernel_shows(w, "host.same", "", 0);
		read_one(w, "A.same", "", 0);
	}
	assert_non_null(row(w, "A.same", ""));
	assert_non_null(row(w, "link.silent", "veth0"));
	assert_non_null(row(w, "host.same", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_device_begins_at_zero),
		TEST(a_device_from_elsewhere_brings_its_counts),
		TEST(a_renamed_device_is_another_one),
		TEST(a_counter_that_decreases_starts_again),
		TEST(a_device_that_comes_back_starts_again),
		TEST(a_file_that_cannot_be_read_only_hides_its_rows),
		TEST(spans_begin_while_a_file_cannot_be_read),
		TEST(a_file_that_is_read_later_begins_then),
		TEST(nothing_is_older_than_the_first_reading),
		TEST(a_counter_of_old_age_starts_again),
		TEST(accounts_that_grow_are_bounded),
		TEST(a_part_that_is_read_later_leaves_nothing_unexplained),
		TEST(devices_leave_room_for_other_counters),
		TEST(accounts_not_in_use_make_room),
		TEST(devices_are_shown_once_they_grow),
		TEST(devices_without_end_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
