/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* The test monitor's state, and its two halves: what it answers and what it sends. */

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "message.h"

#define BATCH	    64
#define LATE_MAX    64
#define ANSWER_SIZE 512
#define POINTS_MAX  64
#define REQUEST_MIN (size_t)(NLMSG_HDRLEN + GENL_HDRLEN)

struct late {
	uint64_t since_ns;
	uint32_t port;
	size_t len;
	char bytes[ANSWER_SIZE];
};

struct monitor {
	int fd;	      /* requests, answers, events */
	int stranger; /* another port */
	uint64_t number;
	/* What "set" sets. */
	uint64_t family, group, sw, hw, mode, truncate, queue_length, queue_drops;
	uint64_t present;      /* 0: the module is not there */
	uint64_t hw_supported; /* 0: a kernel without devlink */
	uint64_t traps;	       /* that devlink offers */
	uint64_t old;	       /* 1: a kernel before 5.4 */
	uint64_t counting;     /* 1: a kernel that counts STARTs in sw and hw */
	uint64_t stopped;      /* 1: another program stops it right after the next START */
	uint64_t refuse;       /* an errno for CONFIG, START, STOP: EPERM is 1 */
	uint64_t mute;	       /* 1: no answers, 2: only to requests for the family */
	uint64_t delay_ms;     /* answers are held back for so long; shortening it releases them */
	/* Requests so far. */
	uint64_t families, configs, starts, stops, probes;
	struct late late[LATE_MAX];
	size_t n_late;
	struct message answer;
	struct message templates[POINTS_MAX];
	size_t number_at[POINTS_MAX]; /* offset of the timestamp in each */
	struct mmsghdr headers[BATCH];
	struct iovec iovs[BATCH];
	struct message batch[BATCH];
	char line[4096]; /* commands received */
	size_t line_len;
};

/* One command to send. */
struct flood {
	uint64_t n, rate, size, points, count, bad;
};

/** now_ns() - CLOCK_MONOTONIC. */
uint64_t now_ns(void);

/** serve_all() - answer all requests, and deliver the answers that were held back until now. */
void serve_all(struct monitor *m);

/** send_*() - run one command, and report on standard output what was sent. */
void send_packets(struct monitor *m, struct flood *f);
void send_file(struct monitor *m, struct flood *f, const char *path);
void send_summaries(struct monitor *m, struct flood *f);
void send_hardware(struct monitor *m, struct flood *f);
void send_foreign(struct monitor *m, struct flood *f);
void send_stranger(struct monitor *m, const struct flood *f);
