/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <fnmatch.h>
#include <string.h>

#include "config/glob.h"

static void same_as_fnmatch(void **state)
{
	static const char *const globs[] = {
		"",	 "*",	  "?*",	     "a",     "a*",	"*a",	  "a*b*c",
		"*a*b*", "[abc]", "[a-c]x",  "[!a]b", "[^a]",	"[]]",	  "[!]]x",
		"[",	 "[a",	  "a[",	     "\\*",   "\\[a]",	"a\\",	  "[a\\-c]",
		"[-a]",	 "[a-]",  "a?c",     "**",    "*?*",	"unix_*", "[a-z]*_[0-9]",
		"*.*",	 "[\\]]", "[!a-c]*", "x]",    "*[bc]d", "a*[b",
	};
	static const char *const texts[] = {
		"",    "a",   "b",  "c",      "abc",	     "aXbYc", "ax",
		"cx",  "]",   "[",  "]x",     "*",	     "[a]",   "a\\",
		"-",   "a-c", "ac", "abcabc", "unix_stream", "abc_9", ".a.",
		"a/b", "zx",  "x]", "xbd",    "\xff",	     "a[b",   "aaaaaaaaab",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(globs) / sizeof(globs[0]); i++)
		for (size_t j = 0; j < sizeof(texts) / sizeof(texts[0]); j++)
			if (glob_match(globs[i], strlen(globs[i]), texts[j]) !=
			    !fnmatch(globs[i], texts[j], 0))
				fail_msg("glob \"%s\", text \"%s\"", globs[i], texts[j]);
}

/* All short globs and texts over an alphabet that holds every special character. */
static void same_as_fnmatch_everywhere(void **state)
{
	static const char letters[] = "ab*?[]!-";
	const unsigned int n = sizeof(letters) - 1;
	char glob[6] = "", text[4] = "";

	(void)state;
	for (unsigned int g = 0; g < n * n * n * n * n; g++) {
		for (unsigned int i = 0, x = g; i < 5; i++, x /= n)
			glob[i] = letters[x % n];
		for (unsigned int t = 0; t < 2 * 2 * 2; t++) {
			for (unsigned int i = 0; i < 3; i++)
				text[i] = t >> i & 1 ? 'a' : 'b';
			if (glob_match(glob, 5, text) != !fnmatch(glob, text, 0))
				fail_msg("glob \"%s\", text \"%s\"", glob, text);
		}
	}
}

static void stars_do_not_explode(void **state)
{
	char glob[64], text[4097];

	(void)state;
	for (int i = 0; i < 62; i += 2)
		memcpy(glob + i, "*a", 2);
	memset(text, 'a', 4096);
	text[4096] = '\0';
	glob[62] = 'b';
	assert_false(glob_match(glob, 63, text)); /* fnmatch() would not come back */
	text[4095] = 'b';
	assert_true(glob_match(glob, 63, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_fnmatch),
		cmocka_unit_test(same_as_fnmatch_everywhere),
		cmocka_unit_test(stars_do_not_explode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
