/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A drop monitor for tests, on a real AF_NETLINK socket: it answers the requests that the
 * kernel's net/core/drop_monitor.c answers, by the same rules, and sends messages
 * about drops, in the number and at the rate of a command. The program under test reaches it
 * through the preloaded library (shim.c).
 *
 * Commands on standard input, one per line; each yields one line on standard output, "ok ..." or
 * "error ...". Requests are answered while a command is running.
 *
 *   packets N [rate=R] [size=B] [points=K] [bad=E]   N packet messages of B bytes of payload over K
 *           drop points, R per second (0: unlimited); one malformed message after each E of them
 *   summary N [points=P] [count=C] [rate=R]          N summary messages
 *   hardware N [points=P] [count=C] [rate=R]         the same, of P hardware traps
 *   stranger N                                       N good messages from another port than ours
 *   foreign N                                        N messages of another family
 *   file PATH [rate=R]                               the messages in a file, end to end
 *   set KEY=VALUE...                                 see keys[]
 *   get                                              all keys, and how many requests there were
 *   quit
 *
 * "packets", "summary" and "hardware" say what was sent: messages, packets (malformed ones count as
 * one), and how many nanoseconds it took. The timestamps of good packet messages are consecutive
 * numbers from the start of the monitor.
 */
#include "monitor.h"

#include <errno.h>
#include <linux/filter.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "netdm_test.h"

static int open_port(uint32_t port)
{
	const struct sockaddr_nl self = { .nl_family = AF_NETLINK, .nl_pid = port };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_USERSOCK);
	int size = 8 << 20;

	if (fd < 0 || bind(fd, (const struct sockaddr *)&self, sizeof(self)) < 0) {
		fprintf(stderr, "monitor: netlink port %x: %s\n", port, strerror(errno));
		exit(1);
	}
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return fd;
}

/* The destination of the unicast that follows each multicast. */
static void open_sink(uint32_t port)
{
	struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
	const struct sock_fprog program = { .len = 1, .filter = &nothing };
	int fd = open_port(port);

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0) {
		perror("monitor: SO_ATTACH_FILTER");
		exit(1);
	}
}

struct key {
	const char *name;
	size_t offset;
};

#define KEY(name)                                                                                  \
	{                                                                                          \
#name, offsetof(struct monitor, name)                                              \
	}
static const struct key keys[] = {
	KEY(family),   KEY(group),	  KEY(sw),	    KEY(hw),	   KEY(mode),
	KEY(truncate), KEY(queue_length), KEY(queue_drops), KEY(present),  KEY(hw_supported),
	KEY(old),      KEY(refuse),	  KEY(mute),	    KEY(delay_ms), KEY(families),
	KEY(configs),  KEY(starts),	  KEY(stops),	    KEY(probes),   KEY(number),
	KEY(counting), KEY(stopped),	  KEY(traps),
};
#undef KEY
#define KEY(name)                                                                                  \
	{                                                                                          \
#name, offsetof(struct flood, name)                                                \
	}
static const struct key flood_keys[] = { KEY(rate), KEY(size), KEY(points), KEY(count), KEY(bad) };

/* "name=value" into the struct at base. */
static bool assign(char *word, const struct key *table, size_t n, void *base)
{
	char *value = strchr(word, '=');

	if (!value)
		return false;
	*value++ = '\0';
	for (size_t i = 0; i < n; i++) {
		if (strcmp(table[i].name, word) == 0) {
			*(uint64_t *)((char *)base + table[i].offset) = strtoull(value, NULL, 0);
			return true;
		}
	}
	return false;
}

static void set(struct monitor *m, char **words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!assign(words[i], keys, sizeof(keys) / sizeof(keys[0]), m)) {
			printf("error no such key: %s\n", words[i]);
			return;
		}
	}
	serve_all(m); /* releases what was held back until now */
	printf("ok\n");
}

static void get(const struct monitor *m)
{
	printf("ok");
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		printf(" %s=%lu", keys[i].name,
		       *(const uint64_t *)((const char *)m + keys[i].offset));
	printf("\n");
}

static void run(struct monitor *m, char **words, size_t n)
{
	struct flood f = { .size = 64, .points = 1, .count = 1 };

	if (strcmp(words[0], "set") == 0) {
		set(m, words + 1, n - 1);
		return;
	}
	if (strcmp(words[0], "get") == 0) {
		get(m);
		return;
	}
	if (strcmp(words[0], "quit") == 0)
		exit(0);
	f.n = n > 1 ? strtoull(words[1], NULL, 0) : 0;
	for (size_t i = 2; i < n; i++) {
		if (!assign(words[i], flood_keys, sizeof(flood_keys) / sizeof(flood_keys[0]), &f)) {
			printf("error no such key: %s\n", words[i]);
			return;
		}
	}
	if (strcmp(words[0], "packets") == 0)
		send_packets(m, &f);
	else if (strcmp(words[0], "summary") == 0)
		send_summaries(m, &f);
	else if (strcmp(words[0], "hardware") == 0)
		send_hardware(m, &f);
	else if (strcmp(words[0], "foreign") == 0)
		send_foreign(m, &f);
	else if (strcmp(words[0], "file") == 0 && n > 1)
		send_file(m, &f, words[1]);
	else if (strcmp(words[0], "stranger") == 0)
		send_stranger(m, &f);
	else
		printf("error no such command: %s\n", words[0]);
}

static void run_line(struct monitor *m, char *line)
{
	char *words[32], *save = NULL;
	size_t n = 0;

	for (char *w = strtok_r(line, " ", &save); w && n < 32; w = strtok_r(NULL, " ", &save))
		words[n++] = w;
	if (n)
		run(m, words, n);
}

/* Run the whole lines and keep the rest of the last one. Return: false at the end of input. */
static bool take_commands(struct monitor *m)
{
	ssize_t n = read(STDIN_FILENO, m->line + m->line_len, sizeof(m->line) - m->line_len);
	char *end;

	if (n <= 0)
		return false;
	m->line_len += (size_t)n;
	while ((end = memchr(m->line, '\n', m->line_len))) {
		*end = '\0';
		run_line(m, m->line);
		m->line_len -= (size_t)(end + 1 - m->line);
		memmove(m->line, end + 1, m->line_len);
	}
	return true;
}

int main(void)
{
	struct monitor *m = calloc(1, sizeof(*m));
	struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .events = POLLIN } };

	if (!m)
		return 1;
	m->family = 32;
	m->group = 1;
	m->present = m->hw_supported = 1;
	m->queue_length = 1000;
	setvbuf(stdout, NULL, _IOLBF, 0);
	m->fd = fds[1].fd = open_port(MONITOR_PORT);
	open_sink(MONITOR_PORT + 1);
	m->stranger = open_port(MONITOR_PORT + 2);
	printf("ok port=%u\n", MONITOR_PORT);
	do {
		poll(fds, 2, m->n_late ? 1 : -1);
		serve_all(m);
	} while (!(fds[0].revents & (POLLIN | POLLHUP)) || take_commands(m));
	free(m);
	return 0;
}
