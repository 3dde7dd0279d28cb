/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Names of functions as compilers and the kernel's printf leave them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for a symbol's name, with the NUL; longer ones are cut. The kernel's KSYM_NAME_LEN is 512,
 * which only compilers' and Rust's mangled names ever use. */
#define SYMBOL_NAME_MAX 192

/**
 * symbol_folded_len() - the part of a name that stays the same from build to build
 * @name: without a NUL
 * @len: of @name
 * @cut: the name may have been cut off, so its last word may be the beginning of a suffix
 *
 * Return: length without suffixes such as .constprop.0, .isra.0, .part.0, .cold. Thread: any; pure.
 */
size_t symbol_folded_len(const char *name, size_t len, bool cut);

/**
 * symbol_parse_hex() - hexadecimal digits at the beginning of a text
 * @text: without a NUL
 * @len: of @text
 * @ret: their value
 *
 * Return: how many digits; 0 also for more than 16. Thread: any; pure.
 */
size_t symbol_parse_hex(const char *text, size_t len, uint64_t *ret);

/**
 * symbol_from_text() - the name in a symbol as the kernel prints it
 * @text: "name+0x1ab/0x2c0 [module]", perhaps cut anywhere; ends at a NUL or after @size bytes
 * @size: bytes at @text at most
 * @name: set on success only; folded like a table's names
 * @offset: bytes from the start of the function, UINT64_MAX when cut off; may be NULL
 *
 * Return: whether there is a name: a bare address, which is what the kernel prints for what it does
 * not know, is none. Thread: any; pure.
 * Source: kernel/kallsyms.c sprint_symbol(), lib/vsprintf.c %pS, Linux 6.1.
 */
bool symbol_from_text(const char *text, size_t size, char name[SYMBOL_NAME_MAX], uint64_t *offset);
