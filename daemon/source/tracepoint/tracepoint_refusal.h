/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Why the kernel refused the program, as a sentence for the administrator. */

#include "base/err.h"

/**
 * tracepoint_refusal() - explain an error of bpf(2)
 * @log: what the verifier wrote, empty if it did not run; is changed
 * @err: the cause, and how to remove it
 *
 * The kernel returns EPERM for several causes, so each of them is looked for.
 *
 * Return: @code. Thread: main.
 */
int tracepoint_refusal(int code, char *log, struct err *err);
