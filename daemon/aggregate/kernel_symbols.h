/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Where the running kernel shows its symbols, and why it may not.
 */

#include <limits.h>
#include <stdbool.h>

#include "base/hash.h"

#define KERNEL_SYMBOLS_KALLSYMS	     "/proc/kallsyms"
#define KERNEL_SYMBOLS_KPTR_RESTRICT "/proc/sys/kernel/kptr_restrict"

/**
 * kernel_symbols_open() - open kallsyms, or take the standard input if it is a file below /proc
 *
 * A file that was opened with CAP_SYSLOG shows addresses to all its later readers. So the service
 * manager can open kallsyms as our standard input and withhold both the capability and the path.
 * Source: kernel/kallsyms.c kallsyms_open() (sets show_value), Linux 6.1.
 *
 * Return: a descriptor or -1. Thread: main.
 */
int kernel_symbols_open(void);

/**
 * kernel_symbols_hidden() - does the kernel hide addresses from everybody?
 * @kptr_restrict: path of that sysctl
 *
 * At 2 it hides them whatever the reader is allowed to do.
 * Source: kernel/kallsyms.c kallsyms_show_value(), Linux 6.1.
 *
 * Thread: any.
 */
bool kernel_symbols_hidden(const char *kptr_restrict);

/** kernel_symbols_fixed() - was the kernel booted with "nokaslr"? Thread: any. */
bool kernel_symbols_fixed(void);

/** kernel_symbols_map() - path of the System.map of the running kernel; "" unknown. Thread: any. */
void kernel_symbols_map(char path[PATH_MAX]);

/**
 * kernel_symbols_modules() - a hash of name, size and address of every module, in their order
 *
 * Return: another value whenever a module came or went. Thread: any.
 */
struct hash128 kernel_symbols_modules(void);
