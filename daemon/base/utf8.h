/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Foreign bytes to text. A device name, a symbol or a reason can hold any byte,
 * and one bad byte makes Prometheus refuse a whole scrape.
 */

#include <stdbool.h>
#include <stddef.h>

/**
 * utf8_clean() - copy bytes as valid UTF-8 that shows as what it is
 * @dst: at least one byte; always terminated
 * @size: of @dst; what does not fit is left out at a character's boundary
 * @src: any bytes; the copy ends at a NUL or at @len
 * @len: bytes at @src at most
 *
 * Each byte of the following is written as \xHH, so that two different names stay different:
 * bytes that are not part of well-formed UTF-8 (RFC 3629), control characters (C0, DEL, C1),
 * line and paragraph separators, and the characters that reorder a text (U+061C, U+200E, U+200F,
 * U+202A to U+202E, U+2066 to U+2069).
 *
 * Return: length of the text in @dst. Thread: any.
 */
size_t utf8_clean(char *dst, size_t size, const char *src, size_t len);

/**
 * utf8_clean_next() - the same, piece by piece
 * @dst: at least 13 bytes, for one character; always terminated
 * @size: of @dst
 * @src: any bytes, NUL included; moved to what did not fit
 * @end: of the bytes
 *
 * Return: length of the text in @dst. Thread: any.
 */
size_t utf8_clean_next(char *dst, size_t size, const char **src, const char *end);

/** utf8_is_clean() - would utf8_clean_next() change nothing? Thread: any; pure. */
bool utf8_is_clean(const char *text, size_t len);
