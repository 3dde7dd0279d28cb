/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A note for the next daemon: which halves of the drop monitor are on because of us, and since when
 * we have been blind. After a daemon was killed, only this note tells a monitor that it left on
 * from one that another program started.
 */

#include <stdbool.h>
#include <stdint.h>

struct netdm_mark {
	bool software, hardware; /* this half is on because of us */
	uint64_t blind_since_ns; /* CLOCK_MONOTONIC; drops may be missed since then; 0: no */
};

/**
 * netdm_mark_write() - leave the mark, or remove it if all of it is zero
 * @dir: a directory that exists as long as the service; NULL: nothing happens
 * @mark: what the next daemon has to know
 *
 * If the mark cannot be written, the next daemon goes without. Thread: one at a time.
 */
void netdm_mark_write(const char *dir, const struct netdm_mark *mark);

/**
 * netdm_mark_read() - read the mark of the previous daemon
 * @dir: as above
 * @now_ns: CLOCK_MONOTONIC; a mark from the future is ignored
 *
 * Return: the mark, all zero if there is none. Thread: any.
 */
struct netdm_mark netdm_mark_read(const char *dir, uint64_t now_ns);
