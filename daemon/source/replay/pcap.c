/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A header of 24 bytes, then records of 16 bytes plus a frame: no library is needed, and all bytes
 * are untrusted. After a damaged record the next one cannot be found, so reading ends there.
 */
#include "source/replay/pcap.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"

#define MAGIC_MICROSECONDS 0xa1b2c3d4u
#define MAGIC_NANOSECONDS  0xa1b23c4du
#define MAGIC_PCAPNG	   0x0a0d0d0au /* the same in both byte orders */

/* The upper bits may describe a frame check sequence; pcap-savefile(5). */
#define LINKTYPE_MASK 0x03ffffffu

static uint32_t file_u32(const uint8_t *at, bool swapped)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return swapped ? __builtin_bswap32(v) : v;
}

static int not_pcap(const uint8_t *at, size_t len, struct err *err)
{
	if (len >= 4 && file_u32(at, false) == MAGIC_PCAPNG)
		return err_set(err, -EPROTO,
			       "byte 0: this is a pcapng file; convert it with "
			       "'editcap -F pcap FILE NEWFILE'");
	if (len >= 2 && at[0] == 0x1f && at[1] == 0x8b)
		return err_set(err, -EPROTO, "byte 0: this file is compressed; gunzip it");
	if (len < 4)
		return err_set(err, -EPROTO, "byte %zu: the file ends before a pcap header does",
			       len);
	return err_set(err, -EPROTO, "byte 0: no pcap file: it begins with %02x %02x %02x %02x",
		       at[0], at[1], at[2], at[3]);
}

int pcap_header(const void *data, size_t len, struct pcap_format *ret, struct err *err)
{
	const uint8_t *at = data;
	struct pcap_format f = { 0 };
	uint32_t magic;

	if (len < 4)
		return not_pcap(at, len, err);
	magic = file_u32(at, false);
	f.swapped = magic == __builtin_bswap32(MAGIC_MICROSECONDS) ||
		    magic == __builtin_bswap32(MAGIC_NANOSECONDS);
	magic = file_u32(at, f.swapped);
	f.nanoseconds = magic == MAGIC_NANOSECONDS;
	if (magic != MAGIC_MICROSECONDS && magic != MAGIC_NANOSECONDS)
		return not_pcap(at, len, err);
	if (len < PCAP_HEADER_LEN)
		return err_set(err, -EPROTO, "byte %zu: the file ends inside the pcap header", len);
	f.linktype = file_u32(at + 20, f.swapped) & LINKTYPE_MASK;
	*ret = f;
	return 0;
}

long pcap_next(const struct pcap_format *format, const void *data, size_t len,
	       struct pcap_frame *ret)
{
	const uint8_t *at = data;
	uint32_t fraction, frame_len;

	if (len < PCAP_RECORD_LEN)
		return -EAGAIN;
	fraction = file_u32(at + 4, format->swapped);
	frame_len = file_u32(at + 8, format->swapped);
	if (frame_len > PCAP_FRAME_MAX)
		return -EBADMSG;
	if (frame_len > len - PCAP_RECORD_LEN)
		return -EAGAIN;
	*ret = (struct pcap_frame){
		.time_ns = file_u32(at, format->swapped) * NSEC_PER_SEC +
			   fraction * (format->nanoseconds ? 1ull : 1000ull),
		.data = at + PCAP_RECORD_LEN,
		.len = frame_len,
		.orig_len = file_u32(at + 12, format->swapped),
	};
	return PCAP_RECORD_LEN + (long)frame_len;
}
