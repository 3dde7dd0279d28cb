/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A mark for whoever comes after us: the drop monitor is on because we started
 * it. Without it a daemon that takes over from one that was killed could not
 * tell the monitor that was left on from another program's.
 */

#include <stdbool.h>

/**
 * netdm_mark_set() - leave or remove the mark
 * @dir: a directory that lives as long as the service; NULL: nothing happens
 * @ours: the monitor is on because of us
 *
 * A mark that cannot be written is no error: all that is lost is the knowledge. Thread: one at a
 * time.
 */
void netdm_mark_set(const char *dir, bool ours);

/** netdm_mark_found() - did somebody before us leave it in @dir (or NULL)? Thread: any. */
bool netdm_mark_found(const char *dir);
