/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the test monitor sends.
 *
 * After each multicast of NETLINK_USERSOCK, the kernel sends a unicast. Without a destination it
 * fails with ECONNREFUSED, although the multicast was sent, and sendmmsg() would stop after one
 * message. So the unicast goes to a socket of our own, whose filter discards everything.
 */
#include "monitor.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "netdm_test.h"

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static struct sockaddr_nl everybody(const struct monitor *m)
{
	return (struct sockaddr_nl){ .nl_family = AF_NETLINK,
				     .nl_pid = MONITOR_PORT + 1,
				     .nl_groups = 1u << (m->group - 1) };
}

/* Add messages to the batch. Return: how many it has now. */
static unsigned int put_batch(struct monitor *m, unsigned int n, const char *bytes, size_t len)
{
	memcpy(m->batch[n].bytes, bytes, len);
	m->iovs[n] = (struct iovec){ m->batch[n].bytes, len };
	return n + 1;
}

/* Return: whether all were sent. */
static bool send_batch(struct monitor *m, unsigned int n)
{
	struct sockaddr_nl to = everybody(m);
	unsigned int done = 0;

	for (unsigned int i = 0; i < n; i++)
		m->headers[i].msg_hdr = (struct msghdr){ .msg_name = &to,
							 .msg_namelen = sizeof(to),
							 .msg_iov = &m->iovs[i],
							 .msg_iovlen = 1 };
	while (done < n) {
		int r = sendmmsg(m->fd, m->headers + done, n - done, 0);

		if (r < 0 && errno != EINTR && errno != EAGAIN && errno != ENOBUFS)
			return false;
		done += r > 0 ? (unsigned int)r : 0;
	}
	return true;
}

/* How many may be sent now? 0: wait a little. */
static uint64_t allowance(const struct flood *f, uint64_t sent, uint64_t began_ns)
{
	const uint64_t left = f->n - sent;
	uint64_t due = f->n;

	if (f->rate)
		due = (uint64_t)((double)(now_ns() - began_ns) * (double)f->rate / 1e9) + 1;
	if (due <= sent)
		return 0;
	return due - sent < left ? due - sent : left;
}

static void nap(void)
{
	const struct timespec t = { .tv_nsec = 200000 };

	nanosleep(&t, NULL);
}

/* make() puts message number i at slot n of the batch, and returns the next free slot. */
static void flood(struct monitor *m, const struct flood *f, uint64_t packets_each,
		  unsigned int (*make)(struct monitor *m, const struct flood *f, uint64_t i,
				       unsigned int n))
{
	const uint64_t began_ns = now_ns();
	uint64_t sent = 0, bad = 0;

	while (sent < f->n) {
		uint64_t k = allowance(f, sent, began_ns);
		unsigned int n = 0;

		if (k == 0 || sent % 4096 < BATCH)
			serve_all(m);
		if (k == 0)
			nap();
		while (k-- > 0 && n < BATCH - 1) {
			const unsigned int before = n;

			n = make(m, f, sent++, n);
			bad += n - before - 1;
		}
		if (!send_batch(m, n)) {
			printf("error send: %s\n", strerror(errno));
			return;
		}
	}
	printf("ok messages=%lu packets=%lu bad=%lu ns=%lu\n", sent + bad,
	       sent * packets_each + bad, bad, now_ns() - began_ns);
}

static unsigned int make_packet(struct monitor *m, const struct flood *f, uint64_t i,
				unsigned int n)
{
	const struct message *t = &m->templates[i % f->points];

	n = put_batch(m, n, t->bytes, t->len);
	m->number++;
	memcpy(m->batch[n - 1].bytes + m->number_at[i % f->points], &m->number, sizeof(m->number));
	if (f->bad && i % f->bad == f->bad - 1) {
		message_bad(&m->answer, (uint16_t)m->family, (unsigned int)(i / f->bad));
		n = put_batch(m, n, m->answer.bytes, m->answer.len);
	}
	return n;
}

static unsigned int make_same(struct monitor *m, const struct flood *f, uint64_t i, unsigned int n)
{
	(void)f;
	(void)i;
	return put_batch(m, n, m->templates[0].bytes, m->templates[0].len);
}

void send_packets(struct monitor *m, struct flood *f)
{
	if (f->points < 1 || f->points > POINTS_MAX)
		f->points = 1;
	for (unsigned int i = 0; i < f->points; i++)
		m->number_at[i] = message_packet(&m->templates[i], (uint16_t)m->family, i, f->size);
	flood(m, f, 1, make_packet);
}

/* Each message contains its length, and is sent with the monitor's family. */
void send_file(struct monitor *m, struct flood *f, const char *path)
{
	const uint16_t family = (uint16_t)m->family;
	const uint64_t began_ns = now_ns();
	FILE *file = fopen(path, "re");
	char *bytes = m->batch[0].bytes;
	uint64_t sent = 0;
	uint32_t len;

	f->n = UINT64_MAX;
	while (file && fread(&len, sizeof(len), 1, file) == 1 && len >= REQUEST_MIN &&
	       len <= MESSAGE_MAX) {
		memcpy(bytes, &len, sizeof(len));
		if (fread(bytes + sizeof(len), len - sizeof(len), 1, file) != 1)
			break;
		memcpy(bytes + offsetof(struct nlmsghdr, nlmsg_type), &family, sizeof(family));
		m->iovs[0] = (struct iovec){ bytes, len };
		for (; !allowance(f, sent, began_ns); nap())
			serve_all(m);
		sent += send_batch(m, 1);
	}
	if (file)
		fclose(file);
	printf("ok messages=%lu packets=%lu\n", sent, sent);
}

void send_summaries(struct monitor *m, struct flood *f)
{
	message_summary(&m->templates[0], (uint16_t)m->family, (unsigned int)f->points,
			(uint32_t)f->count);
	flood(m, f, f->points * f->count, make_same);
}

void send_hardware(struct monitor *m, struct flood *f)
{
	message_hardware_summary(&m->templates[0], (uint16_t)m->family, (unsigned int)f->points,
				 (uint32_t)f->count);
	flood(m, f, f->points * f->count, make_same);
}

void send_foreign(struct monitor *m, struct flood *f)
{
	message_packet(&m->templates[0], (uint16_t)(m->family + 1), 0, 64);
	flood(m, f, 0, make_same);
}

void send_stranger(struct monitor *m, const struct flood *f)
{
	const struct sockaddr_nl to = everybody(m);

	message_packet(&m->answer, (uint16_t)m->family, 0, 64);
	for (uint64_t i = 0; i < f->n; i++)
		sendto(m->stranger, m->answer.bytes, m->answer.len, 0, (const struct sockaddr *)&to,
		       sizeof(to));
	printf("ok messages=%lu\n", f->n);
}
