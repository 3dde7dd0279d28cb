/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Snapshots and statuses for the tests of expose/ and server/: a small one with known numbers, and
 * large ones.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregate/labels.h"
#include "aggregate/snapshot.h"
#include "alert/status.h"

struct world_row {
	struct drop_labels labels;
	uint64_t total, bytes;
};

static const struct world_row world_rows[] = {
	{ { .text[LABEL_SYMBOL] = "udp_queue_rcv_one_skb",
	    .text[LABEL_REASON] = "SOCKET_RCVBUFF",
	    .text[LABEL_DEVICE] = "eth0",
	    .text[LABEL_PROTOCOL] = "ipv4" },
	  48211,
	  61710080 },
	{ { .text[LABEL_SYMBOL] = "nf_hook_slow",
	    .text[LABEL_REASON] = "NETFILTER_DROP",
	    .text[LABEL_DEVICE] = "eth0",
	    .text[LABEL_PROTOCOL] = "ipv4" },
	  9120,
	  547200 },
	{ { .text[LABEL_SYMBOL] = "__udp4_lib_rcv",
	    .text[LABEL_REASON] = "NO_SOCKET",
	    .text[LABEL_DEVICE] = "lo",
	    .text[LABEL_PROTOCOL] = "ipv4" },
	  1000,
	  43000 },
	{ { .text[LABEL_SYMBOL] = "kfree_skb_list_reason",
	    .text[LABEL_REASON] = "QDISC_DROP",
	    .text[LABEL_DEVICE] = "eth1" },
	  77,
	  0 },
	{ { .text[LABEL_SYMBOL] = "tcp_v4_rcv",
	    .text[LABEL_REASON] = "NO_SOCKET",
	    .text[LABEL_DEVICE] = "eth0",
	    .text[LABEL_PROTOCOL] = "ipv4" },
	  412,
	  24720 },
	{ { .text[LABEL_SYMBOL] = "enqueue_to_backlog",
	    .text[LABEL_REASON] = "CPU_BACKLOG",
	    .text[LABEL_DEVICE] = "eth0" },
	  3,
	  4500 },
	{ { .text[LABEL_SYMBOL] = "unix_dgram_sendmsg", .drop_class = DROP_CLASS_EXPECTED }, 8, 0 },
	{ { .text[LABEL_SYMBOL] = "ip_rcv_core",
	    .text[LABEL_REASON] = "OTHERHOST",
	    .text[LABEL_DEVICE] = "eth0",
	    .text[LABEL_PROTOCOL] = "ipv4",
	    .drop_class = DROP_CLASS_EXPECTED },
	  120345,
	  9627600 },
	{ { .text[LABEL_SYMBOL] = "ingress_vlan_filter",
	    .text[LABEL_REASON] = "l2_drops",
	    .text[LABEL_DEVICE] = "swp3",
	    .origin = DROP_ORIGIN_HARDWARE },
	  17,
	  1088 },
};

static inline const char *world_text(const char *text)
{
	return text ? text : "";
}

static inline const struct drop_labels *world_labels(struct label_store *store,
						     struct drop_labels labels, size_t id)
{
	labels.id = (uint32_t)id;
	for (enum label i = 0; i < LABEL_TEXTS; i++)
		labels.text[i] = world_text(labels.text[i]);
	return label_store_add(store, &labels);
}

static inline void world_health(struct snapshot *s)
{
	s->time_ns = 1700000000123456789u;
	s->monotonic_ns = 5000000000u;
	s->start_time_ns = 1699990000000000000u;
	s->windows_s[0] = 10;
	s->windows_s[1] = 60;
	s->windows_s[2] = 300;
	s->windows_sums[0] = 777001; /* more than the sum over the windows shown */
	s->windows_sums[1] = 777002;
	s->windows_sums[2] = 777003;
	s->n_spans = 3;
	s->longest_span = 2;
	s->health = (struct snapshot_health){
		.sources = { {
			.source = "netdm",
			.mode = MODE_PACKET,
			.owner = OWNER_SELF,
			.up = true,
			.events = 1000,
			.packets = s->total + 250,
			.lost[LOST_KERNEL_QUEUE] = 1,
			.lost[LOST_RECURSION] = 8,
			.lost[LOST_SOCKET] = 2,
			.lost[LOST_PARSE] = 3,
			.lost[LOST_RING] = 250,
			.ignored = 9,
			.summary_full = 4,
			.napi_notes = 5,
			.restarts = { 6, 7 },
			.blind_ns = 1500000000,
			.receive_buffer_bytes = 16777216,
			.kernel_memory_bytes = 2247064,
		} },
		.n_sources = 1,
		.ring_capacity = 65536,
		.ring_used = 9,
		.ring_high_watermark = 1024,
		.series = s->n_rows,
		.series_limit = 10000,
		.series_overflow = 11,
		.symbols_loaded = 64000,
		.symbol_lookup_failures = 12,
		.symbols_source = "kallsyms",
		.symbols_missing = "",
	};
}

/* The first n of these rows, and windows for the first n_windows of them. One reference. */
static inline struct snapshot *world_snapshot(const struct world_row *rows, size_t n,
					      size_t n_windows)
{
	struct snapshot *s = snapshot_new(n, n_windows);

	if (!s || !(s->store = label_store_new(LABELS_ALL)))
		abort();
	for (size_t i = 0; i < n; i++) {
		s->rows[i] =
			(struct snapshot_row){ .labels = world_labels(s->store, rows[i].labels, i),
					       .total = rows[i].total,
					       .bytes = rows[i].bytes };
		s->total += rows[i].total;
	}
	s->row_sums = calloc(n_windows * CONFIG_WINDOWS_MAX + 1, sizeof(*s->row_sums));
	for (size_t i = 0; i < n_windows; i++) {
		s->rows[i].sums = memcpy(
			&s->row_sums[i * CONFIG_WINDOWS_MAX],
			(uint64_t[]){ rows[i].total / 200, rows[i].total / 20, rows[i].total / 4 },
			3 * sizeof(uint64_t));
		s->windows[i] = (struct snapshot_window){
			.symbol = s->rows[i].labels->text[LABEL_SYMBOL],
			.sums = { rows[i].total / 100, rows[i].total / 10, rows[i].total / 2 },
		};
	}
	world_health(s);
	return s;
}

/* All rows above. */
static inline struct snapshot *world_small(void)
{
	return world_snapshot(world_rows, sizeof(world_rows) / sizeof(world_rows[0]), 5);
}

/* The i-th of many different label sets of typical length. */
static inline const struct drop_labels *world_nth(struct label_store *store, size_t i)
{
	const struct world_row *like = &world_rows[i % 8];
	struct drop_labels labels = like->labels;
	char symbol[64], device[16];

	snprintf(symbol, sizeof(symbol), "%s_%zu", labels.text[LABEL_SYMBOL], i / 64);
	snprintf(device, sizeof(device), "veth%04zx", i / 8 % 8);
	labels.text[LABEL_SYMBOL] = symbol;
	labels.text[LABEL_DEVICE] = device;
	return world_labels(store, labels, i);
}

/* n series in a new store; or, if there is a previous snapshot, the same series one tick later. */
static inline struct snapshot *world_large(size_t n, const struct snapshot *before)
{
	const size_t n_windows = n < 100 ? n : 100;
	struct snapshot *s = snapshot_new(n, n_windows);

	if (!s ||
	    !(s->store = before ? label_store_ref(before->store) : label_store_new(LABELS_ALL)))
		abort();
	for (size_t i = 0; i < n; i++) {
		s->rows[i].labels = before ? before->rows[i].labels : world_nth(s->store, i);
		s->rows[i].total = before ? before->rows[i].total + i % 7 : 1000 + i * 37;
		s->total += s->rows[i].total;
	}
	for (size_t i = 0; i < n_windows; i++)
		s->windows[i] = (struct snapshot_window){
			.symbol = s->rows[i * (n / n_windows)].labels->text[LABEL_SYMBOL],
			.sums = { 1 + i, 10 + i, 100 + i },
		};
	world_health(s);
	return s;
}

static inline struct status *world_status(void)
{
	struct status *s = status_new(2);

	if (!s)
		abort();
	s->reload_ok = true;
	s->reload_time_ns = 1699990001000000000u;
	s->journal_lost = 13;
	s->alerts[0] = (struct status_alert){ "receive-buffers-full", true, 14 };
	s->alerts[1] = (struct status_alert){ "listen-overflow", false, 15 };
	return s;
}
