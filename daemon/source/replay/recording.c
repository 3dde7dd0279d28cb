/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the pcap format and replay.c. A buffer slides over the file; it is large enough for any
 * record, since PCAP_FRAME_MAX limits their length.
 *
 * Each frame begins with the cooked header that the kernel puts in front of netlink frames: packet
 * type, ARPHRD_NETLINK, eight bytes of address, and the netlink family in place of a protocol.
 * dwdump also writes through an nlmon device. It cuts every frame after 2176 bytes and records that
 * length as the original one (orig_len), so that a message can end before its nlmsg_len does.
 *
 * Source: drivers/net/nlmon.c, net/netlink/af_netlink.c __netlink_deliver_tap_skb();
 * https://www.tcpdump.org/linktypes/LINKTYPE_NETLINK.html; dropwatch 1.5.4 src/dwdump.c.
 */
#include "source/replay/recording.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <linux/if_arp.h>
#include <linux/netlink.h>

#include "base/file.h"
#include "source/replay/pcap.h"

#define LINK_HEADER_LEN 16
#define BUFFER_SIZE	(2 * (PCAP_RECORD_LEN + PCAP_FRAME_MAX))

struct recording {
	int file;
	struct pcap_format format; /* immutable */
	uint64_t offset;	   /* in the file, of buffer[start] */
	size_t start;		   /* of what is not yet consumed */
	size_t end;
	bool eof;
	char damage[160];
	uint8_t buffer[BUFFER_SIZE];
};

/* Move what is left to the front and read more; sets eof. */
static int fill_buffer(struct recording *r)
{
	ssize_t n;

	memmove(r->buffer, r->buffer + r->start, r->end - r->start);
	r->end -= r->start;
	r->start = 0;
	n = file_read(r->file, r->buffer + r->end, sizeof(r->buffer) - r->end);
	if (n < 0)
		return (int)n;
	r->end += (size_t)n;
	r->eof = r->end < sizeof(r->buffer);
	return 0;
}

static void skip_bytes(struct recording *r, size_t n)
{
	r->start += n;
	r->offset += n;
}

static int read_file_header(struct recording *r, struct err *err)
{
	int rc = fill_buffer(r);

	if (rc)
		return err_set(err, rc, "cannot read: %m");
	rc = pcap_header(r->buffer, r->end, &r->format, err);
	if (rc)
		return rc;
	if (r->format.linktype != PCAP_LINKTYPE_NETLINK && r->format.linktype != PCAP_LINKTYPE_SLL)
		return err_set(err, -EPROTO,
			       "byte 20: link type %u, not netlink (%u): record an nlmon device "
			       "('ip link add nlmon0 type nlmon', 'ip link set nlmon0 up', "
			       "'tcpdump -i nlmon0 -w FILE')",
			       r->format.linktype, PCAP_LINKTYPE_NETLINK);
	skip_bytes(r, PCAP_HEADER_LEN);
	return 0;
}

int recording_open(const char *path, struct recording **ret, struct err *err)
{
	cleanup(recording_closep) struct recording *r = malloc(sizeof(*r));

	if (!r)
		return err_set(err, -ENOMEM, "%s: out of memory", path);
	/* Do not touch the buffer: pages that are not needed are not resident. */
	memset(r, 0, offsetof(struct recording, buffer));
	r->file = file_open(path, err);
	if (r->file < 0 || read_file_header(r, err))
		return err_prefix(err, "%s", path);
	*ret = take(r);
	return 0;
}

static bool is_generic_netlink(const struct pcap_frame *f)
{
	return f->len >= LINK_HEADER_LEN && f->data[2] == ARPHRD_NETLINK >> 8 &&
	       f->data[3] == (ARPHRD_NETLINK & 0xff) && f->data[14] == 0 &&
	       f->data[15] == NETLINK_GENERIC;
}

static int end_damaged(struct recording *r, const char *what)
{
	snprintf(r->damage, sizeof(r->damage), "byte %" PRIu64 ": %s", r->offset, what);
	return 0;
}

int recording_next(struct recording *r, struct recording_frame *ret)
{
	struct pcap_frame f;

	while (!r->damage[0]) {
		long n = pcap_next(&r->format, r->buffer + r->start, r->end - r->start, &f);

		if (n == -EAGAIN && !r->eof) {
			if (fill_buffer(r))
				return end_damaged(r, "the file cannot be read any further");
			continue;
		}
		if (n == -EAGAIN && r->start == r->end)
			return 0;
		if (n == -EAGAIN)
			return end_damaged(r, "the file ends inside a record");
		if (n < 0)
			return end_damaged(r, "no record of a pcap file begins here");
		skip_bytes(r, (size_t)n);
		*ret = (struct recording_frame){ .time_ns = f.time_ns };
		if (is_generic_netlink(&f))
			ret->messages = bytes_skip((struct bytes){ f.data, f.len },
						   LINK_HEADER_LEN);
		return 1;
	}
	return 0;
}

const char *recording_damage(const struct recording *r)
{
	return r->damage;
}

uint64_t recording_offset(const struct recording *r)
{
	return r->offset;
}

int recording_rewind(struct recording *r)
{
	if (lseek(r->file, PCAP_HEADER_LEN, SEEK_SET) < 0)
		return -errno;
	r->offset = PCAP_HEADER_LEN;
	r->start = r->end = 0;
	r->eof = false;
	r->damage[0] = '\0';
	return 0;
}

struct recording *recording_close(struct recording *r)
{
	if (!r)
		return NULL;
	if (r->file >= 0)
		close(r->file);
	free(r);
	return NULL;
}
