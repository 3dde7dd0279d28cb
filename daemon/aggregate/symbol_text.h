/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Names of functions as compilers and the printf() of the kernel write them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for the name of a symbol, with its NUL; longer names are cut. KSYM_NAME_LEN is 512, but only
 * mangled names are that long. */
#define SYMBOL_NAME_MAX 192

/**
 * symbol_folded_len() - the part of a name that stays the same from build to build
 * @name: without a NUL
 * @len: of @name
 * @cut: the name may be incomplete, so it may end with a part of a suffix
 *
 * Return: length without suffixes such as .constprop.0, .isra.0, .part.0, .cold. Thread: any; pure.
 */
size_t symbol_folded_len(const char *name, size_t len, bool cut);

/**
 * symbol_parse_hex() - parse hexadecimal digits at the start of a text
 * @text: without a NUL
 * @len: of @text
 * @ret: their value
 *
 * Return: how many digits; 0 also for more than 16. Thread: any; pure.
 */
size_t symbol_parse_hex(const char *text, size_t len, uint64_t *ret);

/**
 * symbol_from_text() - the name in a symbol as the kernel prints it
 * @text: "name+0x1ab/0x2c0 [module]", may be cut; ends at a NUL or after @size bytes
 * @size: bytes at @text at most
 * @name: set on success only; without suffixes of compilers
 * @offset: bytes from the start of the function, UINT64_MAX if cut off; may be NULL
 *
 * Return: whether there is a name; an address, which the kernel prints if it knows no symbol, is
 * none. Thread: any; pure.
 * Source: kernel/kallsyms.c sprint_symbol(), lib/vsprintf.c %pS, Linux 6.1.
 */
bool symbol_from_text(const char *text, size_t size, char name[SYMBOL_NAME_MAX], uint64_t *offset);
