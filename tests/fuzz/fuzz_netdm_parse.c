/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a message of family 32. */
#include "fuzz.h"

#include <string.h>

#include "source/netdm/netdm_parse.h"

#define FAMILY 32

static void check_event(const struct drop_event *ev)
{
	const size_t point_len = strnlen(ev->point, DROP_POINT_MAX);
	const size_t reason_len = strnlen(ev->reason, DROP_REASON_MAX);

	expect(ev->packets > 0);
	expect(ev->time_ns > 0);
	expect(ev->pc || point_len);
	expect(point_len < DROP_POINT_MAX && reason_len < DROP_REASON_MAX);
	for (size_t i = point_len; i < DROP_POINT_MAX; i++)
		expect(!ev->point[i]);
	for (size_t i = reason_len; i < DROP_REASON_MAX; i++)
		expect(!ev->reason[i]);
	expect(ev->type == EVENT_DROP);
	expect(!ev->ifindex || ev->origin == DROP_ORIGIN_HARDWARE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct drop_event ev[NETDM_POINTS_MAX], again[NETDM_POINTS_MAX];
	struct netdm_tally tally = { 0 }, tally_again = { 0 };
	uint8_t *odd = malloc(size + 1);
	uint64_t packets = 0;
	size_t n = netdm_parse(data, size, FAMILY, 1, ev, &tally);

	expect(odd);
	expect(n <= NETDM_POINTS_MAX);
	expect(tally.summary_full <= 1);
	for (size_t i = 0; i < n; i++) {
		check_event(&ev[i]);
		packets += ev[i].packets;
	}
	expect(tally.packets == packets);
	memcpy(odd + 1, data, size);
	expect(netdm_parse(odd + 1, size, FAMILY, 1, again, &tally_again) == n);
	expect(!memcmp(ev, again, n * sizeof(ev[0])));
	expect(!memcmp(&tally, &tally_again, sizeof(tally)));
	free(odd);
	return 0;
}
