/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Foreign bytes to text. A device name, a symbol or a reason can hold any byte,
 * and one bad byte makes Prometheus refuse a whole scrape.
 */

#include <stddef.h>

/**
 * utf8_clean() - copy bytes as valid UTF-8 without control characters
 * @dst: at least one byte; always terminated
 * @size: of @dst; what does not fit is left out at a character's boundary
 * @src: any bytes; the copy ends at a NUL or at @len
 * @len: bytes at @src at most
 *
 * A byte that is not part of well-formed UTF-8 (RFC 3629), and a control character
 * (below 0x20, 0x7f), is written as \xHH, so that two different names stay different.
 *
 * Return: length of the text in @dst. Thread: any.
 */
size_t utf8_clean(char *dst, size_t size, const char *src, size_t len);
