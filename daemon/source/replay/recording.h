/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A recorded file as a sequence of frames. Those of generic netlink contain messages. The file is
 * read piece by piece, so it may be larger than memory.
 */

#include <stdint.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/attr.h"

struct recording;

struct recording_frame {
	uint64_t time_ns; /* CLOCK_REALTIME of the recording machine */
	/* Valid until the next call. The last one may be cut. Empty if not generic netlink. */
	struct bytes messages;
};

/**
 * recording_open() - open a pcap file of netlink frames and read its header
 * @path: a regular file
 * @ret: the recording, at its first frame
 * @err: what is wrong with the file, with the byte offset
 *
 * Return: 0 or a negative errno.
 * Errors: -EPROTO no pcap file, or not one of netlink; -EINVAL no regular file; as open(2).
 * Thread: main.
 */
int recording_open(const char *path, struct recording **ret, struct err *err);

/**
 * recording_next() - the next frame
 * @ret: set when 1 is returned
 *
 * Return: 1, or 0 at the end of the file or if it is damaged: see recording_damage().
 * Thread: one at a time. Reads a regular file; waits for nobody.
 */
int recording_next(struct recording *r, struct recording_frame *ret);

/** recording_damage() - why the file cannot be read further, with the byte offset, or "" */
const char *recording_damage(const struct recording *r);

/** recording_offset() - the offset of the next frame in the file, in bytes */
uint64_t recording_offset(const struct recording *r);

/**
 * recording_rewind() - back to the first frame
 *
 * Return: 0 or a negative errno. Thread: as recording_next().
 */
int recording_rewind(struct recording *r);

/** recording_close() - close and free; NULL is fine. Return: NULL. */
struct recording *recording_close(struct recording *r);

DEFINE_CLEANUP(struct recording *, recording_close);
