/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* Passes answers and refusals to the HTTP library, with the headers that all of them have. */

#include <stdbool.h>

#include "server/answer.h"

struct MHD_Connection;

/**
 * reply_answer() - send an answer
 * @a: the library takes over its body
 *
 * Return: true on success; if false, the connection must be closed. Thread: http.
 */
bool reply_answer(struct MHD_Connection *c, struct answer *a);

/**
 * reply_refusal() - refuse a request and close the connection
 * @code: HTTP status
 * @why: a line of text, a constant
 *
 * Whatever follows on the connection may not be a request.
 *
 * Return: true on success; if false, the connection must be closed. Thread: http.
 */
bool reply_refusal(struct MHD_Connection *c, unsigned int code, const char *why);
