/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "aggregate/symtab.h"

static const char kallsyms[] = "ffffffff81000000 T _text\n"
			       "ffffffff81001000 T first\n"
			       "ffffffff81002000 T net_tx_action\n"
			       "ffffffff81003000 T last\n"
			       "ffffffff81004000 T _etext\n";

static struct symtab *new_symtab(void)
{
	struct config_symbols cfg = { .kallsyms = "/tmp/test_symtab.XXXXXX" };
	struct symtab *t = NULL;
	struct err err = { 0 };
	int fd = mkstemp(cfg.kallsyms);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, kallsyms, strlen(kallsyms)), strlen(kallsyms));
	close(fd);
	assert_int_equal(symtab_new(&cfg, true, &t, &err), 0);
	unlink(cfg.kallsyms);
	return t;
}

/* Return addresses: inside, and behind the last instruction. And a function itself. */
static void drop_points(void **state)
{
	struct symtab *t = new_symtab();
	char name[SYMBOL_NAME_MAX];

	(void)state;
	assert_true(symtab_name(t, 0xffffffff81001ffe, "", 0, name));
	assert_string_equal(name, "first");
	assert_true(symtab_name(t, 0xffffffff81002001, "", 0, name));
	assert_string_equal(name, "net_tx_action");
	assert_true(symtab_name(t, 0xffffffff81002000, "", 0, name));
	assert_string_equal(name, "net_tx_action");
	assert_true(symtab_name(t, 0xffffffff81003010, "", 0, name));
	assert_string_equal(name, "last");
	symtab_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drop_points),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
