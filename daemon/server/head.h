/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The head of a request, out of the HTTP library. Where the library hands over
 * less than was sent, this finds it out.
 */

#include "server/request.h"

struct MHD_Connection;

/**
 * head_target() - for the library to call with each target as it was sent
 *
 * Return: a mark, which the library passes on to head_read(). Thread: http.
 */
void *head_target(void *cls, const char *target, struct MHD_Connection *c);

/**
 * head_read() - note what the head says
 * @c: whose request
 * @mark: of its target
 * @r: method, version and target are set; the headers are noted, and whether the head is broken
 *
 * Thread: http.
 */
void head_read(struct MHD_Connection *c, const void *mark, struct request *r);
