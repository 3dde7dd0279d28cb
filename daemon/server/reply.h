/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Answers and refusals, handed to the HTTP library with the headers that all of them have. */

#include <stdbool.h>

#include "expose/answer.h"

struct MHD_Connection;

/**
 * reply_answer() - send an answer
 * @c: whom to
 * @a: its reference to a shared body goes to the library; the rest is copied or constant
 *
 * Return: whether the library took it; if not, it has to close the connection. Thread: http.
 */
bool reply_answer(struct MHD_Connection *c, const struct answer *a);

/**
 * reply_refusal() - refuse a request and end the connection
 * @c: whom to
 * @code: HTTP status
 * @why: a line of text, a constant
 *
 * What follows on the connection may be no request at all.
 *
 * Return: whether the library took it; if not, it has to close the connection. Thread: http.
 */
bool reply_refusal(struct MHD_Connection *c, unsigned int code, const char *why);
