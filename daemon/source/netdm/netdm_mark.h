/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What the daemon leaves for the one that is started after it: which halves of the drop monitor are
 * on because of it, and since when it has been blind. Without it a daemon that takes over from one
 * that was killed could not tell the monitor that was left on from another program's.
 */

#include <stdbool.h>
#include <stdint.h>

struct netdm_mark {
	bool software, hardware; /* this half is on because of us */
	uint64_t blind_since_ns; /* CLOCK_MONOTONIC since when drops may be missed; 0: they are not
				  */
};

/**
 * netdm_mark_write() - leave the mark, or remove it where there is nothing to tell
 * @dir: a directory that lives as long as the service; NULL: nothing happens
 * @mark: what is to be known
 *
 * A mark that cannot be written is no error: all that is lost is the knowledge. Thread: one at a
 * time.
 */
void netdm_mark_write(const char *dir, const struct netdm_mark *mark);

/**
 * netdm_mark_read() - what a daemon before us left
 * @dir: as above
 * @now_ns: CLOCK_MONOTONIC; a mark of the future is not believed
 *
 * Return: the mark, all zero if there is none. Thread: any.
 */
struct netdm_mark netdm_mark_read(const char *dir, uint64_t now_ns);
