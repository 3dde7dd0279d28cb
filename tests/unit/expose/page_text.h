/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What a page contains, for the tests of its parts.
 */

#include "../test.h"

#include <string.h>

static inline void has(const char *page, const char *what)
{
	if (!strstr(page, what))
		fail_msg("not on the page: %s", what);
}

static inline void before(const char *page, const char *first, const char *second)
{
	has(page, first);
	has(page, second);
	assert_true(strstr(page, first) < strstr(page, second));
}
