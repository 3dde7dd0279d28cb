/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A reader of the classic pcap file format: bytes in, frames out, no state, no allocation, no file.
 * Both byte orders, microseconds and nanoseconds.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PCAP_HEADER_LEN 24
#define PCAP_RECORD_LEN 16

/* No frame is longer: libpcap's MAXIMUM_SNAPLEN. A record that claims more is damaged. */
#define PCAP_FRAME_MAX	      262144

#define PCAP_LINKTYPE_SLL     113 /* cooked; what old libpcaps write for nlmon as well */
#define PCAP_LINKTYPE_NETLINK 253

/* From the header of the file. */
struct pcap_format {
	uint32_t linktype;
	bool swapped;	  /* the file's byte order is not ours */
	bool nanoseconds; /* unit of the fractions of timestamps; else microseconds */
};

struct pcap_frame {
	uint64_t time_ns;    /* CLOCK_REALTIME of the recording machine */
	const uint8_t *data; /* inside the bytes that were read */
	size_t len;	     /* bytes at data */
	size_t orig_len;     /* before the recorder cut it; it may also cut without saying so */
};

/**
 * pcap_header() - read a file's header
 * @data: the file's first bytes
 * @len: how many, PCAP_HEADER_LEN if the file has them
 * @err: what is wrong, with the byte offset
 *
 * Return: 0 or a negative errno.
 * Errors: -EPROTO no pcap file of the classic format.
 * Thread: any; pure. Source: pcap-savefile(5).
 */
int pcap_header(const void *data, size_t len, struct pcap_format *ret, struct err *err);

/**
 * pcap_next() - read one record
 * @format: from the header
 * @data: bytes that follow the header or the record before
 * @len: how many
 *
 * Return: bytes that the record takes, at least PCAP_RECORD_LEN.
 * Errors: -EAGAIN the bytes end before the record does; -EBADMSG this is no record.
 * Thread: any; pure. Source: pcap-savefile(5).
 */
long pcap_next(const struct pcap_format *format, const void *data, size_t len,
	       struct pcap_frame *ret);
