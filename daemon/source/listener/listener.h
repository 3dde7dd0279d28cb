/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The netlink listener: devices that appear, are renamed or disappear, and modules that are loaded
 * or unloaded. It has the interface of a source, but reports changes instead of drops; therefore it
 * has no stats.
 */

#include "base/err.h"
#include "source/source.h"

/**
 * listener_open() - listen to link events (rtnetlink) and module events (uevents)
 * @ret: a source whose read() never fails
 *
 * Needs no privilege. Link events are those of the daemon's own network namespace.
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int listener_open(struct source **ret, struct err *err);
