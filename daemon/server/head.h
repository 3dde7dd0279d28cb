/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The head of a request, from the HTTP library. Detects where the library reports
 * less than the client sent.
 */

#include "server/request.h"

struct MHD_Connection;

/**
 * head_target() - callback of the library, called with each target as it was sent
 * @target: not decoded yet
 *
 * Return: a mark that the library passes to head_read(). Thread: http.
 */
void *head_target(void *cls, const char *target, struct MHD_Connection *c);

/**
 * head_read() - read the headers of a request
 * @mark: from head_target()
 * @r: has method, version and target; receives the headers, and whether the head is broken
 *
 * Thread: http.
 */
void head_read(struct MHD_Connection *c, const void *mark, struct request *r);
