/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Shell globs as in fnmatch(3) without flags, in the C locale: *, ?, [a-z],
 * [!a-z], \x. The time of fnmatch(3) can grow exponentially with the number of
 * stars. This function needs at most pattern length times text length steps, and
 * the pattern needs no NUL.
 */

#include <stdbool.h>
#include <stddef.h>

/**
 * glob_match() - does a glob fit the whole of a text?
 * @glob: the pattern
 * @len: its bytes
 * @text: terminated; bytes, not characters
 *
 * A "[" without "]" matches itself.
 *
 * Return: whether it fits. Thread: any; pure.
 * Source: glob(7), POSIX.1-2017 XCU 2.13.
 */
bool glob_match(const char *glob, size_t len, const char *text);
