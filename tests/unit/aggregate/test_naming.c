/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events in, rows out: no thread, no device of this machine, and the test says what time it is. */
#include "../test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "naming_world.h"

static void a_drop_gets_its_labels(void **state)
{
	static const char *const want[LABELS] = {
		[LABEL_SYMBOL] = "udp_rcv",  [LABEL_REASON] = "NO_SOCKET",
		[LABEL_DEVICE] = "eth0",     [LABEL_IN_DEVICE] = "lo",
		[LABEL_PROTOCOL] = "ipv4",   [LABEL_TRANSPORT] = "udp",
		[LABEL_ORIGIN] = "software", [LABEL_CLASS] = "suspect",
	};
	struct drop_event ev = drop_at(IN_KERNEL, "", "NO_SOCKET");
	struct world *w = *state;
	const char *texts[LABELS];

	begin(w);
	ev.ifindex = 2;
	ev.in_ifindex = 1;
	ev.ethertype = 0x0800;
	ev.ip_protocol = 17;
	ev.packets = 3;
	take_event(w, ev);
	take_event(w, ev);
	tick(w);
	assert_int_equal(w->shown->n_rows, 1);
	assert_int_equal(w->shown->rows[0].total, 6);
	assert_int_equal(w->shown->rows[0].bytes, 200);
	drop_labels_texts(w->shown->rows[0].labels, texts);
	for (enum label i = 0; i < LABELS; i++)
		assert_string_equal(texts[i], want[i]);
}

static void a_trap_names_itself(void **state)
{
	struct drop_event ev = drop_at(0, "ttl_value_is_too_small", "l3_drops");
	struct world *w = *state;

	begin(w);
	ev.origin = DROP_ORIGIN_HARDWARE;
	take_event(w, ev);
	tick(w);
	assert_int_equal(w->shown->rows[0].labels->origin, DROP_ORIGIN_HARDWARE);
	assert_string_equal(w->shown->rows[0].labels->text[LABEL_SYMBOL], "ttl_value_is_too_small");
	assert_string_equal(w->shown->rows[0].labels->text[LABEL_REASON], "l3_drops");
}

static void what_has_no_name_is_unknown(void **state)
{
	struct world *w = *state;

	w->config->source.kind = SOURCE_REPLAY;
	w->config->symbols.kallsyms[0] = '\0';
	begin(w);
	for (uint64_t i = 0; i < 3000; i++)
		take_drop(w, 0xffffffff81000000 + i % 3);
	take_event(w, drop_at(0, "0xffffffff81234567", ""));
	take_event(w, drop_at(0, "bad\xff\nname", "\"quoted\""));
	tick(w);
	assert_int_equal(counted_at(w, "unknown"), 3001);
	assert_int_equal(counted_at(w, "bad\\xff\\x0aname"), 1);
	assert_non_null(row_with(w, LABEL_REASON, "\"quoted\""));
	naming_health(w->naming, &w->shown->health);
	assert_int_equal(w->shown->health.symbol_lookup_failures, 4);
}

/* Anybody may send packets of any ethertype, but nobody can fill the table with them. */
static void ethertypes_do_not_fill_the_table(void **state)
{
	struct drop_event ev = drop_at(IN_KERNEL, "", "");
	struct world *w = *state;

	begin(w);
	for (uint16_t i = 0; i < 100; i++) {
		ev.ethertype = (uint16_t)(0x9900 + i);
		take_event(w, ev);
	}
	tick(w);
	assert_int_equal(w->shown->n_rows, 33);
	assert_int_equal(row_with(w, LABEL_PROTOCOL, "0x991f")->total, 1);
	assert_int_equal(row_with(w, LABEL_PROTOCOL, "other")->total, 68);
}

static void a_device_number_means_something_in_its_namespace(void **state)
{
	static const uint32_t namespaces[] = { 0, FAKE_NETNS, FAKE_NETNS + 1 };
	struct drop_event ev = drop_at(IN_KERNEL, "", "");
	struct world *w = *state;

	begin(w);
	ev.ifindex = 2;
	for (size_t i = 0; i < 3; i++) {
		ev.netns = namespaces[i];
		take_event(w, ev);
	}
	tick(w);
	assert_int_equal(w->shown->n_rows, 2);
	assert_int_equal(row_with(w, LABEL_DEVICE, "eth0")->total, 2);
	assert_int_equal(row_with(w, LABEL_DEVICE, "")->total, 1);
}

/* Return: the row with a drop in an unknown namespace, two in ours and four in another one. */
static const struct snapshot_row *drops_in_namespaces(struct world *w)
{
	static const uint32_t namespaces[] = { 0, FAKE_NETNS, FAKE_NETNS + 1 };
	struct drop_event ev = drop_at(IN_KERNEL, "", "");

	begin(w);
	for (size_t i = 0; i < 3; i++) {
		ev.netns = namespaces[i];
		ev.packets = 1u << i;
		take_event(w, ev);
	}
	tick(w);
	assert_int_equal(w->shown->n_rows, 1);
	assert_int_equal(w->shown->rows[0].total, 7);
	return &w->shown->rows[0];
}

static void drops_are_counted_by_namespace(void **state)
{
	const struct snapshot_row *row = drops_in_namespaces(*state);

	assert_int_equal(row->own, 2);
	assert_int_equal(row->unplaced, 1);
}

static void without_a_namespace_of_our_own_no_drop_has_a_place(void **state)
{
	struct world *w = *state;
	const struct snapshot_row *row;

	w->fake.query.netns = 0;
	row = drops_in_namespaces(w);
	assert_int_equal(row->own, 0);
	assert_int_equal(row->unplaced, 7);
}

static void namespaces_of_a_recording_are_not_ours(void **state)
{
	struct world *w = *state;
	const struct snapshot_row *row;

	w->config->source.kind = SOURCE_REPLAY;
	row = drops_in_namespaces(w);
	assert_int_equal(row->own, 0);
	assert_int_equal(row->unplaced, 7);
}

static void a_recording_has_numbers_for_devices(void **state)
{
	struct drop_event ev = drop_at(0, "udp_rcv+0x1/0x2", "");
	struct world *w = *state;

	w->config->source.kind = SOURCE_REPLAY;
	begin(w);
	ev.ifindex = 2;
	take_event(w, ev);
	tick(w);
	assert_non_null(row_with(w, LABEL_DEVICE, "if2"));
}

/* Return: the rules before, to be put back; @n is their number then. */
static struct config_class *swap_rules(struct config *c, struct config_class *rules, size_t *n)
{
	struct config_class *before = c->classes;
	const size_t n_before = c->n_classes;

	c->classes = rules;
	c->n_classes = *n;
	*n = n_before;
	return before;
}

static void the_first_rule_that_fits_sets_the_class(void **state)
{
	struct config_class rules[] = {
		{ .match = { .globs[LABEL_REASON] = "A" }, .drop_class = DROP_CLASS_SUSPECT },
		{ .match = { .cast = "multicast" }, .drop_class = DROP_CLASS_EXPECTED },
		{ .match = { .globs[LABEL_REASON] = "*" }, .drop_class = DROP_CLASS_SUSPECT },
	};
	struct drop_event ev = drop_at(IN_KERNEL, "", "A");
	struct world *w = *state;
	size_t n = 3;
	struct config_class *shipped = swap_rules(w->config, rules, &n);

	begin(w);
	ev.cast = DROP_CAST_MULTICAST;
	take_event(w, ev);
	strcpy(ev.reason, "B");
	take_event(w, ev);
	strcpy(ev.reason, "C");
	ev.cast = DROP_CAST_BROADCAST;
	take_event(w, ev);
	tick(w);
	swap_rules(w->config, shipped, &n);
	assert_int_equal(row_with(w, LABEL_REASON, "A")->labels->drop_class, DROP_CLASS_SUSPECT);
	assert_int_equal(row_with(w, LABEL_REASON, "B")->labels->drop_class, DROP_CLASS_EXPECTED);
	assert_int_equal(row_with(w, LABEL_REASON, "C")->labels->drop_class, DROP_CLASS_SUSPECT);
}

static void another_configuration_is_for_later_drops(void **state)
{
	struct config_class all = { .drop_class = DROP_CLASS_EXPECTED };
	struct config *next = config_new();
	struct world *w = *state;
	size_t n = 1;
	struct config_class *shipped = swap_rules(next, &all, &n);

	begin(w);
	take_drop(w, IN_KERNEL);
	naming_apply_config(w->naming, next);
	take_drop(w, IN_KERNEL);
	tick(w);
	naming_apply_config(w->naming, w->config);
	swap_rules(next, shipped, &n);
	config_unref(next);
	assert_int_equal(w->shown->n_rows, 2);
	assert_int_equal(w->shown->rows[0].labels->drop_class, DROP_CLASS_SUSPECT);
	assert_int_equal(w->shown->rows[1].labels->drop_class, DROP_CLASS_EXPECTED);
}

static void a_drop_waits_for_its_symbol(void **state)
{
	struct world *w = *state;
	struct drop_event ev = drop_at(IN_MODULE, "", "");

	modules_write(kallsyms, "func_a");
	begin(w);
	take_event(w, ev);
	look(w);
	assert_int_equal(counted_at(w, "func_a"), 1);
	modules_write(kallsyms, "func_b");
	take_modules_event(w);
	take_event(w, ev);
	ev.bytes = 0; /* the same kind, of unknown length */
	take_event(w, ev);
	take_drop(w, IN_KERNEL); /* its name is not in doubt */
	look(w);
	assert_int_equal(w->shown->total, 2);
	while (naming_step(w->naming, w->now_ns))
		;
	look(w);
	assert_int_equal(w->shown->total, 4);
	assert_int_equal(counted_at(w, "func_a"), 1);
	assert_int_equal(counted_at(w, "func_b"), 2);
	assert_int_equal(row_with(w, LABEL_SYMBOL, "func_b")->bytes, 100);
	assert_int_equal(counted_at(w, "udp_rcv"), 1);
	assert_int_equal(naming_report(w->naming).readings, 1);
	assert_int_equal(naming_report(w->naming).reading_waited, 1);
	assert_int_equal(naming_report(w->naming).reading_error, 0);
}

static void each_tick_allows_a_reading_ahead(void **state)
{
	struct world *w = *state;

	begin(w);
	modules_write(kallsyms, "func_a");
	for (uint64_t round = 1; round <= 3; round++) {
		take_modules_event(w);
		take_drop(w, IN_MODULE);
		while (naming_step(w->naming, w->now_ns))
			;
		look(w);
		assert_int_equal(counted_at(w, "func_a"), round); /* before the tick */
		tick(w);
	}
}

/* The module was not announced yet when its first drop came. */
static void a_new_table_names_old_kinds_anew(void **state)
{
	struct world *w = *state;

	begin(w);
	take_drop(w, IN_MODULE);
	tick(w);
	modules_write(kallsyms, "func_a");
	take_drop(w, IN_MODULE);
	take_drop(w, 0x1000); /* in no function either: the table is read again */
	tick(w);
	take_drop(w, IN_MODULE);
	tick(w);
	assert_int_equal(counted_at(w, "unknown"), 3);
	assert_int_equal(counted_at(w, "func_a"), 1);
}

/* What comes before a change of the modules is named as before it. */
static void modules_at_one_address_keep_their_own_drops(void **state)
{
	static const char *const functions[] = { "func_a", "func_b", "func_a", "func_c" };
	struct world *w = *state;

	modules_write(kallsyms, NULL);
	begin(w);
	for (size_t i = 0; i < 4; i++) {
		modules_write(kallsyms, functions[i]);
		take_modules_event(w);
		take_modules_event(w);
		take_drop(w, IN_MODULE);
		take_drop(w, IN_MODULE);
		tick(w);
		take_drop(w, IN_MODULE);
	}
	tick(w);
	assert_int_equal(counted_at(w, "func_a"), 6);
	assert_int_equal(counted_at(w, "func_b"), 3);
	assert_int_equal(counted_at(w, "func_c"), 3);
	assert_int_equal(counted_at(w, "unknown"), 0);
	naming_health(w->naming, &w->shown->health);
	assert_int_equal(w->shown->health.symbol_lookup_failures, 0);
}

/* However many events of modules: one reading that is abandoned, and that of the tick. */
static void a_storm_of_module_events_reads_once_a_tick(void **state)
{
	struct world *w = *state;

	begin(w);
	modules_write(kallsyms, "func_b");
	for (int i = 0; i < 1000; i++) {
		take_modules_event(w);
		take_drop(w, IN_MODULE);
	}
	assert_false(naming_step(w->naming, w->now_ns)); /* it was abandoned */
	look(w);
	assert_int_equal(w->shown->total, 0);
	tick(w);
	assert_int_equal(counted_at(w, "func_b"), 1000);
	assert_int_equal(naming_report(w->naming).readings, 1);
}

static void more_kinds_than_can_wait_are_named(void **state)
{
	struct world *w = *state;

	modules_write(kallsyms, "func_a");
	begin(w);
	modules_write(kallsyms, "func_b");
	for (int storm = 0; storm < 20; storm++) {
		take_modules_event(w);
		for (uint64_t i = 0; i < 400; i++)
			take_drop(w, IN_MODULE + i);
	}
	tick(w);
	assert_int_equal(counted_at(w, "func_b"), 8000);
	assert_int_equal(w->shown->total, 8000);
}

static void an_address_in_no_function_waits_once(void **state)
{
	struct world *w = *state;

	begin(w);
	for (uint64_t round = 1; round <= 3; round++) {
		for (uint64_t i = 0; i < 1200; i++)
			take_drop(w, 0x1000 + i % 400);
		tick(w);
		assert_int_equal(counted_at(w, "unknown"), round * 1200);
	}
	naming_health(w->naming, &w->shown->health);
	assert_int_equal(w->shown->health.symbol_lookup_failures, 400);
	assert_in_range(naming_report(w->naming).readings, 1, 2); /* more than 256 kinds: two */
}

static void symbols_that_cannot_be_read_again_are_reported(void **state)
{
	struct world *w = *state;

	modules_write(kallsyms, "func_a");
	begin(w);
	assert_string_equal(naming_report(w->naming).trouble, "");
	assert_int_equal(truncate(kallsyms, 0), 0);
	take_modules_event(w);
	take_drop(w, IN_MODULE);
	take_drop(w, IN_KERNEL);
	tick(w);
	assert_int_equal(counted_at(w, "unknown"), 1);
	assert_int_equal(counted_at(w, "udp_rcv"), 1); /* the old table goes on */
	assert_int_equal(naming_report(w->naming).reading_error, -ENODATA);
}

static void a_file_without_symbols_is_reported(void **state)
{
	struct world *w = *state;

	unlink(kallsyms);
	begin(w);
	assert_non_null(strstr(naming_report(w->naming).trouble, kallsyms));
}

static void a_renamed_device_leaves_its_old_series(void **state)
{
	struct drop_event ev = drop_at(IN_KERNEL, "", "");
	struct world *w = *state;

	w->config->series.retire_after_s = 60;
	begin(w);
	ev.ifindex = 7;
	take_device_event(w, EVENT_DEVICE, 7, "old");
	take_event(w, ev);
	tick(w);
	assert_int_equal(naming_report(w->naming).devices_renamed, 0);
	take_device_event(w, EVENT_DEVICE, 7, "new");
	take_event(w, ev);
	tick(w);
	assert_int_equal(naming_report(w->naming).devices_renamed, 1);
	assert_int_equal(row_with(w, LABEL_DEVICE, "old")->total, 1);
	assert_int_equal(row_with(w, LABEL_DEVICE, "new")->total, 1);
	w->now_ns += 60 * NSEC_PER_SEC;
	tick(w);
	assert_null(row_with(w, LABEL_DEVICE, "old"));
	assert_non_null(row_with(w, LABEL_DEVICE, "new"));
}

/* 100,000 devices come and go; a drop at 500 of them is reported when the device is gone. */
static void series_follow_the_devices(void **state)
{
	struct drop_event ev = drop_at(IN_KERNEL, "", "");
	struct world *w = *state;
	char name[16];

	w->config->series.retire_after_s = 60;
	w->config->series.limit = 1000;
	begin(w);
	ev.ifindex = 1; /* lo stays */
	take_event(w, ev);
	for (uint32_t i = 1; i <= 100000; i++) {
		snprintf(name, sizeof(name), "veth%u", i);
		take_device_event(w, EVENT_DEVICE, 1000000 + i, name);
		take_device_event(w, EVENT_DEVICE_GONE, 1000000 + i, name);
		if (i % 200 == 0) {
			ev.ifindex = 1000000 + i;
			take_event(w, ev);
		}
	}
	tick(w);
	assert_int_equal(w->shown->n_rows, 501);
	w->now_ns += 60 * NSEC_PER_SEC;
	ev.ifindex = 1;
	take_event(w, ev);
	tick(w);
	assert_int_equal(w->shown->n_rows, 1);
	assert_int_equal(row_with(w, LABEL_DEVICE, "lo")->total, 2);
	assert_int_equal(w->shown->retired_packets[DROP_ORIGIN_SOFTWARE], 500);
	assert_int_equal(w->shown->total, 502);
}

/* Announcements were lost: eth0 was renamed and lo deleted meanwhile. */
static void devices_are_read_again(void **state)
{
	struct drop_event ev = drop_at(IN_KERNEL, "", "");
	struct world *w = *state;

	w->config->series.retire_after_s = 60;
	begin(w);
	for (ev.ifindex = 1; ev.ifindex <= 2; ev.ifindex++)
		take_event(w, ev);
	w->fake.all[0].ifindex = 0;
	strcpy(w->fake.all[1].name, "wan0");
	take_device_event(w, EVENT_DEVICES_LOST, 0, "");
	ev.ifindex = 2;
	take_event(w, ev);
	tick(w);
	assert_int_equal(w->shown->n_rows, 3);
	w->now_ns += 60 * NSEC_PER_SEC;
	tick(w);
	assert_int_equal(w->shown->n_rows, 1);
	assert_non_null(row_with(w, LABEL_DEVICE, "wan0"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_drop_gets_its_labels),
		TEST(a_trap_names_itself),
		TEST(what_has_no_name_is_unknown),
		TEST(ethertypes_do_not_fill_the_table),
		TEST(a_device_number_means_something_in_its_namespace),
		TEST(drops_are_counted_by_namespace),
		TEST(without_a_namespace_of_our_own_no_drop_has_a_place),
		TEST(namespaces_of_a_recording_are_not_ours),
		TEST(a_recording_has_numbers_for_devices),
		TEST(the_first_rule_that_fits_sets_the_class),
		TEST(another_configuration_is_for_later_drops),
		TEST(a_drop_waits_for_its_symbol),
		TEST(each_tick_allows_a_reading_ahead),
		TEST(a_new_table_names_old_kinds_anew),
		TEST(modules_at_one_address_keep_their_own_drops),
		TEST(a_storm_of_module_events_reads_once_a_tick),
		TEST(more_kinds_than_can_wait_are_named),
		TEST(an_address_in_no_function_waits_once),
		TEST(symbols_that_cannot_be_read_again_are_reported),
		TEST(a_file_without_symbols_is_reported),
		TEST(a_renamed_device_leaves_its_old_series),
		TEST(series_follow_the_devices),
		TEST(devices_are_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
