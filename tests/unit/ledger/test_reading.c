/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "find_value.h"

static uint64_t value_of(const struct reading *r, const char *name, const char *device)
{
	const struct reading_value *v = find_value(r, name, device);

	return v ? v->value : UINT64_MAX;
}

static void adds_up_by_counter_and_device(void **state)
{
	cleanup(reading_freep) struct reading *r = reading_new();
	size_t n;

	(void)state;
	reading_add(r, "Udp", "NoPorts", "", 3);
	reading_add(r, "link", "rx_missed", "eth0", 5);
	reading_add(r, "link", "rx_missed", "eth1", 7);
	reading_add(r, "link", "rx_missed", "eth0", 11);
	reading_values(r, &n);
	assert_int_equal(n, 3);
	assert_int_equal(value_of(r, "Udp.NoPorts", ""), 3);
	assert_int_equal(value_of(r, "link.rx_missed", "eth0"), 16);
	assert_int_equal(value_of(r, "link.rx_missed", "eth1"), 7);
	assert_int_equal(value_of(r, "link.rx_missed", "eth2"), UINT64_MAX);
}

static void ignores_unknown_counters(void **state)
{
	cleanup(reading_freep) struct reading *r = reading_new();
	size_t n;

	(void)state;
	reading_add(r, "Udp", "InDatagrams", "", 3);
	reading_add(r, "Ud", "p.NoPorts", "", 3);
	reading_add(r, "", "Udp.NoPorts", "", 3);
	reading_add(r, "Udp", "", "", 3);
	reading_values(r, &n);
	assert_int_equal(n, 0);
	assert_false(reading_is_cut(r));
}

static void device_names_are_made_valid(void **state)
{
	cleanup(reading_freep) struct reading *r = reading_new();

	(void)state;
	reading_add(r, "link", "rx_missed", "a\xff", 1);
	assert_int_equal(value_of(r, "link.rx_missed", "a\\xff"), 1);
}

static void is_bounded(void **state)
{
	cleanup(reading_freep) struct reading *r = reading_new();
	char device[16];
	size_t n;

	(void)state;
	for (int i = 0; i < READING_VALUES_MAX; i++) {
		snprintf(device, sizeof(device), "d%d", i);
		reading_add(r, "link", "rx_missed", device, 1);
	}
	assert_false(reading_is_cut(r));
	reading_add(r, "link", "rx_missed", "one too many", 1);
	assert_true(reading_is_cut(r));
	reading_add(r, "link", "rx_missed", "d0", 1);
	assert_int_equal(value_of(r, "link.rx_missed", "d0"), 2);
	reading_values(r, &n);
	assert_int_equal(n, READING_VALUES_MAX);
}

static void merges(void **state)
{
	cleanup(reading_freep) struct reading *to = reading_new();
	cleanup(reading_freep) struct reading *from = reading_new();
	char device[16];
	size_t n;

	(void)state;
	reading_add(to, "Udp", "NoPorts", "", 3);
	reading_add(from, "Udp", "NoPorts", "", 5);
	reading_add(from, "link", "rx_missed", "eth0", 7);
	reading_merge(to, from);
	assert_int_equal(value_of(to, "Udp.NoPorts", ""), 8);
	assert_int_equal(value_of(to, "link.rx_missed", "eth0"), 7);
	reading_values(from, &n);
	assert_int_equal(n, 2);
	for (int i = 0; i < READING_VALUES_MAX; i++) {
		snprintf(device, sizeof(device), "d%d", i);
		reading_add(from, "link", "rx_missed", device, 1);
	}
	assert_false(reading_is_cut(to));
	reading_free(to);
	to = reading_new();
	reading_merge(to, from);
	assert_true(reading_is_cut(to));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_up_by_counter_and_device),
		cmocka_unit_test(ignores_unknown_counters),
		cmocka_unit_test(device_names_are_made_valid),
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(merges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
