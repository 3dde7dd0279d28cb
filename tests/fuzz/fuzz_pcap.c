/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a pcap file: each record is within them, and reading ends. */
#include "fuzz.h"

#include <errno.h>

#include "source/replay/pcap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pcap_format format;
	struct pcap_frame frame;
	struct err err = { 0 };
	size_t at = PCAP_HEADER_LEN;
	long n;

	if (pcap_header(data, size, &format, &err)) {
		expect(err.code == -EPROTO && err.text[0]);
		return 0;
	}
	while ((n = pcap_next(&format, data + at, size - at, &frame)) > 0) {
		expect(frame.len <= PCAP_FRAME_MAX);
		expect((size_t)n == PCAP_RECORD_LEN + frame.len && at + n <= size);
		expect(frame.data == data + at + PCAP_RECORD_LEN);
		at += n;
	}
	expect(n == -EAGAIN || n == -EBADMSG);
	return 0;
}
