/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "aggregate/row_cache.h"

static struct drop_event event(void)
{
	return (struct drop_event){
		.pc = 0xffffffff81000000,
		.packets = 1,
		.ifindex = 3,
		.netns = 7,
		.ethertype = 0x800,
		.in_ifindex = 4,
		.ip_protocol = 6,
		.point = "f+0x1/0x2",
		.reason = "R",
	};
}

static int find(const struct row_cache *c, const struct drop_event *ev)
{
	return row_cache_find(c, row_cache_kind(c, ev));
}

static void what_labels_come_from_tells_apart(void **state)
{
	cleanup(row_cache_freep) struct row_cache *c = row_cache_new();
	struct drop_event ev = event(), other[10];

	(void)state;
	assert_int_equal(find(c, &ev), -1);
	row_cache_set(c, row_cache_kind(c, &ev), 42);
	assert_int_equal(find(c, &ev), 42);
	for (size_t i = 0; i < 10; i++)
		other[i] = ev;
	other[0].pc++;
	other[1].ifindex++;
	other[2].netns++;
	other[3].ethertype++;
	other[4].origin = DROP_ORIGIN_HARDWARE;
	other[5].in_ifindex++;
	strcpy(other[6].point, "f+0x2/0x2");
	strcpy(other[7].reason, "S");
	other[8].ip_protocol++;
	other[9].cast = DROP_CAST_MULTICAST;
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(find(c, &other[i]), -1);
}

static void nothing_else_does(void **state)
{
	cleanup(row_cache_freep) struct row_cache *c = row_cache_new();
	struct drop_event ev = event();

	(void)state;
	row_cache_set(c, row_cache_kind(c, &ev), 0);
	ev.time_ns = 1;
	ev.packets = 2;
	ev.bytes = 3;
	memcpy(ev.point + 20, "garbage behind the NUL", 20);
	memcpy(ev.reason + 4, "garbage", 7);
	assert_int_equal(find(c, &ev), 0);
}

static void a_full_cache_starts_again(void **state)
{
	cleanup(row_cache_freep) struct row_cache *c = row_cache_new();
	struct drop_event ev = event();
	int known = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		ev.pc = (uint64_t)i;
		row_cache_set(c, row_cache_kind(c, &ev), i);
		assert_int_equal(find(c, &ev), i);
	}
	for (int i = 0; i < 20000; i++) {
		int row;

		ev.pc = (uint64_t)i;
		row = find(c, &ev);
		assert_true(row == i || row == -1);
		known += row == i;
	}
	assert_int_equal(known, 20000 - 16384); /* since it was full */
	row_cache_clear(c);
	assert_int_equal(find(c, &ev), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_labels_come_from_tells_apart),
		cmocka_unit_test(nothing_else_does),
		cmocka_unit_test(a_full_cache_starts_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
