/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as an rtnetlink datagram, and as a uevent. */
#include "fuzz.h"

#include <string.h>

#include "source/listener/changes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes rest = { data, size };
	struct drop_event ev;
	size_t left = size;

	while (changes_next_link(&rest, &ev)) {
		expect(ev.type == EVENT_DEVICE || ev.type == EVENT_DEVICE_GONE);
		expect(ev.ifindex > 0 && ev.packets == 0);
		expect(strnlen(ev.point, sizeof(ev.point)) < sizeof(ev.point));
		expect(rest.len < left); /* it ends */
		left = rest.len;
	}
	if (changes_uevent((struct bytes){ data, size }, &ev))
		expect(ev.type == EVENT_MODULES && size > strlen("add@/module/"));
	return 0;
}
