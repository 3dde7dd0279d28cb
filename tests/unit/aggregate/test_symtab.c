/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aggregate/symtab.h"

static const char shown[] = "ffffffff81000000 T first\nffffffff81000100 T second.isra.0\n"
			    "ffffffff81000200 T third\n";
static const char hidden[] = "0000000000000000 T first\n0000000000000000 T second\n";

static char path_a[] = "/tmp/test_symtab_a.XXXXXX", path_b[] = "/tmp/test_symtab_b.XXXXXX";

static void write_file(const char *path, const char *text)
{
	cleanup(fclosep) FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
}

static int make_files(void **state)
{
	int a = mkstemp(path_a), b = mkstemp(path_b);

	(void)state;
	close(a);
	close(b);
	return a < 0 || b < 0 ? -1 : 0;
}

static int remove_files(void **state)
{
	(void)state;
	unlink(path_a);
	unlink(path_b);
	return 0;
}

static struct symtab *open_tables(const char *kallsyms, const char *system_map, bool replay)
{
	static struct config_symbols cfg;
	struct symtab *t = NULL;

	snprintf(cfg.kallsyms, sizeof(cfg.kallsyms), "%s", kallsyms);
	snprintf(cfg.system_map, sizeof(cfg.system_map), "%s", system_map);
	assert_int_equal(symtab_new(&cfg, replay, &t, NULL), 0);
	return t;
}

static void expect(struct symtab *t, uint64_t pc, const char *printed, const char *want)
{
	char name[SYMBOL_NAME_MAX] = "";

	symtab_name(t, pc, printed, strlen(printed), name);
	assert_string_equal(name, want);
}

static void expect_source(const struct symtab *t, const char *want, size_t symbols)
{
	struct snapshot_health health;

	symtab_health(t, &health);
	assert_string_equal(health.symbols_source, symbols ? want : "none");
	assert_non_null(strstr(health.symbols_missing, symbols ? "" : want));
	assert_int_equal(*health.symbols_missing != 0, symbols == 0);
	assert_int_equal(health.symbols_loaded, symbols);
}

static void a_table_wins_over_the_printed_symbol(void **state)
{
	cleanup(symtab_freep) struct symtab *t = NULL;

	(void)state;
	write_file(path_a, shown);
	t = open_tables(path_a, "", true);
	expect_source(t, "kallsyms", 3);
	expect(t, 0xffffffff81000210, "printed+0x10/0x20", "third");
	expect(t, 0xffffffff81000201, "", "third");
	expect(t, 0xffffffffc0000000, "fresh+0x1/0x2 [module]", "fresh");
	expect(t, 0xffffffffc0000000, "", "unknown");
	expect(t, 0, "", "unknown");
	assert_false(symtab_changed(t)); /* a recording's table does not change */
	assert_false(symtab_outdated(t, 0xffffffffc0000000));
	assert_false(symtab_read(t));
}

/* Return addresses: inside, and behind the last instruction. And a function itself. */
static void drop_points_are_return_addresses_or_functions(void **state)
{
	cleanup(symtab_freep) struct symtab *t = NULL;

	(void)state;
	write_file(path_a, "ffffffff81000000 T first\nffffffff81000100 D data\n"
			   "ffffffff81002000 T net_tx_action\n");
	t = open_tables(path_a, "", true);
	expect(t, 0xffffffff810000fe, "", "first");
	expect(t, 0xffffffff81000100, "", "first"); /* its last instruction was the call */
	expect(t, 0xffffffff81000101, "", "unknown");
	expect(t, 0xffffffff81002001, "", "net_tx_action");
	expect(t, 0xffffffff81002000, "", "net_tx_action");
}

static void a_recording_gets_no_table_of_the_running_kernel(void **state)
{
	cleanup(symtab_freep) struct symtab *t = open_tables("/proc/kallsyms", "", true);

	(void)state;
	expect_source(t, "symbols.kallsyms", 0);
	expect(t, 0xffffffff81000201, "printed+0x1/0x2", "printed");
	expect(t, 0xffffffff81000201, "", "unknown");
	assert_false(symtab_check_modules(t));
}

static bool kaslr_is_off(void)
{
	cleanup(fclosep) FILE *f = fopen("/proc/cmdline", "re");
	char line[4096] = "";

	return f && fgets(line, sizeof(line), f) && strstr(line, "nokaslr");
}

static void a_system_map_must_prove_itself(void **state)
{
	cleanup(symtab_freep) struct symtab *t = NULL;

	(void)state;
	if (kaslr_is_off())
		skip();
	write_file(path_a, hidden);
	write_file(path_b, shown);
	t = open_tables(path_a, path_b, false);
	expect_source(t, "proven", 0);
	expect(t, 0xffffffff81000110, "", "unknown");
	expect(t, 0xffffffff81000110, "second+0x1", "second"); /* the offset may be cut off */
	expect_source(t, "proven", 0);
	expect(t, 0xffffffff81000110, "second+0x10/0x100", "second");
	expect_source(t, "System.map", 3);
	expect(t, 0xffffffff81000210, "", "third");
}

static void a_system_map_of_other_addresses_is_dropped(void **state)
{
	cleanup(symtab_freep) struct symtab *t = NULL;

	(void)state;
	if (kaslr_is_off())
		skip();
	write_file(path_a, hidden);
	write_file(path_b, shown);
	t = open_tables(path_a, path_b, false);
	/* moved by 0x100: an address that the file has a wrong name for */
	expect(t, 0xffffffff81000210, "second+0x10/0x100", "second");
	expect_source(t, "KASLR", 0);
	expect(t, 0xffffffff81000210, "", "unknown");
	expect(t, 0xffffffff81000110, "second+0x10/0x100", "second");
	expect_source(t, "does not fit", 0);
}

static void what_is_missing_is_said(void **state)
{
	cleanup(symtab_freep) struct symtab *t = NULL, *none = NULL;

	(void)state;
	write_file(path_a, hidden);
	t = open_tables(path_a, "/nonexistent", false);
	expect_source(t, "CAP_SYSLOG", 0);
	none = open_tables("/nonexistent", "/nonexistent", false);
	expect_source(none, "no System.map", 0);
}

static void failures_are_counted_once_each(void **state)
{
	cleanup(symtab_freep) struct symtab *t = open_tables("/nonexistent", "/nonexistent", true);
	struct snapshot_health health;

	(void)state;
	for (int round = 0; round < 3; round++)
		for (uint64_t pc = 0; pc < 300; pc += 3)
			expect(t, pc, "", "unknown");
	symtab_health(t, &health);
	assert_int_equal(health.symbol_lookup_failures, 100);
	for (uint64_t pc = 0; pc < 100000; pc++)
		expect(t, pc * 4096, "", "unknown"); /* more than are remembered: no harm */
}

static void the_running_kernels_table_is_read_again(void **state)
{
	cleanup(symtab_freep) struct symtab *t = open_tables("/proc/kallsyms", "/none", false);
	struct snapshot_health before, after;
	unsigned int steps = 0;
	int r;

	(void)state;
	symtab_health(t, &before);
	if (!before.symbols_loaded)
		skip(); /* addresses are hidden from us */
	assert_true(symtab_read(t));
	while ((r = symtab_step(t)) > 0)
		steps++;
	assert_int_equal(r, 0);
	assert_false(symtab_reading(t));
	assert_true(steps > 1);
	symtab_health(t, &after);
	assert_in_range(after.symbols_loaded, before.symbols_loaded * 9 / 10,
			before.symbols_loaded * 11 / 10);
}

#define CORE  0xffffffff81000010
#define PLACE 0xffffffffc0001010

static const char without[] = "ffffffff81000000 T core\nffffffff81000100 T core_end\n";
static const char with_a[] = "ffffffff81000000 T core\nffffffff81000100 T core_end\n"
			     "ffffffffc0001000 t func_a\t[mod_a]\n";
static const char with_b[] = "ffffffff81000000 T core\nffffffff81000100 T core_end\n"
			     "ffffffffc0001000 t func_b\t[mod_b]\n";

static void read_to_the_end(struct symtab *t)
{
	int r;

	assert_true(symtab_read(t));
	while ((r = symtab_step(t)) > 0)
		;
	assert_int_equal(r, 0);
}

/* Another module at the same address, as often as it likes, without a pause. */
static void a_module_does_not_inherit_names(void **state)
{
	cleanup(symtab_freep) struct symtab *t = NULL;

	(void)state;
	write_file(path_a, with_a);
	t = open_tables(path_a, "/none", false);
	expect(t, PLACE, "", "func_a");
	for (int round = 0; round < 3; round++) {
		write_file(path_a, without); /* unloaded */
		assert_true(symtab_changed(t));
		assert_true(symtab_outdated(t, PLACE));
		expect(t, PLACE, "", "unknown");
		write_file(path_a, with_b);	 /* loaded */
		assert_false(symtab_changed(t)); /* nothing new: it was outdated before */
		read_to_the_end(t);
		assert_false(symtab_outdated(t, PLACE));
		expect(t, PLACE, "", "func_b");

		write_file(path_a, with_a); /* reloaded */
		assert_true(symtab_changed(t));
		read_to_the_end(t);
		expect(t, PLACE, "", "func_a");
	}
}

/* What the kernel itself drops has its name all the time. */
static void modules_do_not_move_the_kernel(void **state)
{
	cleanup(symtab_freep) struct symtab *t = NULL;

	(void)state;
	write_file(path_a, with_a);
	t = open_tables(path_a, "/none", false);
	assert_true(symtab_changed(t));
	assert_false(symtab_outdated(t, CORE));
	expect(t, CORE, "", "core");
}

static void a_change_abandons_the_reading(void **state)
{
	cleanup(symtab_freep) struct symtab *t = NULL;

	(void)state;
	write_file(path_a, with_a);
	t = open_tables(path_a, "/none", false);
	assert_true(symtab_changed(t));
	assert_true(symtab_read(t));
	assert_false(symtab_changed(t));
	assert_false(symtab_reading(t));
	assert_true(symtab_outdated(t, PLACE));
	read_to_the_end(t);
	assert_false(symtab_outdated(t, PLACE));
}

/* The table is read again for an address in no function, but once for each. */
static void an_unknown_address_is_looked_for_once(void **state)
{
	cleanup(symtab_freep) struct symtab *t = NULL;

	(void)state;
	write_file(path_a, without);
	t = open_tables(path_a, "/none", false);
	assert_true(symtab_outdated(t, PLACE));
	read_to_the_end(t);
	expect(t, PLACE, "", "unknown");
	assert_false(symtab_outdated(t, PLACE));
	assert_true(symtab_outdated(t, PLACE + 1));
	write_file(path_a, with_b);
	assert_true(symtab_changed(t));
	assert_true(symtab_outdated(t, PLACE));
	read_to_the_end(t);
	expect(t, PLACE, "", "func_b");
}

static void a_table_that_cannot_be_read_names_no_modules(void **state)
{
	cleanup(symtab_freep) struct symtab *t = NULL;

	(void)state;
	write_file(path_a, with_a);
	t = open_tables(path_a, "/none", false);
	write_file(path_a, "no table at all\n");
	assert_true(symtab_changed(t));
	assert_true(symtab_read(t));
	assert_int_equal(symtab_step(t), -ENODATA);
	expect(t, CORE, "", "core");
	expect(t, PLACE, "", "unknown");
	expect(t, PLACE, "func_x+0x10/0x20 [mod_x]", "func_x");
	write_file(path_a, with_b);
	read_to_the_end(t);
	expect(t, PLACE, "", "func_b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_wins_over_the_printed_symbol),
		cmocka_unit_test(drop_points_are_return_addresses_or_functions),
		cmocka_unit_test(a_recording_gets_no_table_of_the_running_kernel),
		cmocka_unit_test(a_system_map_must_prove_itself),
		cmocka_unit_test(a_system_map_of_other_addresses_is_dropped),
		cmocka_unit_test(what_is_missing_is_said),
		cmocka_unit_test(failures_are_counted_once_each),
		cmocka_unit_test(the_running_kernels_table_is_read_again),
		cmocka_unit_test(a_module_does_not_inherit_names),
		cmocka_unit_test(modules_do_not_move_the_kernel),
		cmocka_unit_test(a_change_abandons_the_reading),
		cmocka_unit_test(an_unknown_address_is_looked_for_once),
		cmocka_unit_test(a_table_that_cannot_be_read_names_no_modules),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
