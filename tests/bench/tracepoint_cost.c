/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What watching a drop costs the process that causes it: CPU time of a sender for each datagram to
 * a closed port of a loopback device of its own, unwatched, and watched by the tracepoint source,
 * by an eBPF program that does nothing, by a bpftrace one-liner and by perf record.
 * usage: bench_tracepoint_cost [ROUNDS]. Needs root; tools that are not installed are left out.
 *
 * The sender's thread does all of the work: the datagram is sent, received, dropped and counted
 * within one sendmmsg(2). The speed of a busy machine changes within a second by more than the
 * difference to be measured. So each sample is followed by one of the same datagrams to a port
 * where they are received, and only the ratio of the two is compared. Watchers take turns, each
 * between two stretches without a watcher. The medians of all rounds are printed.
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "source/source.h"

#define BATCH	64
#define SAMPLE	(20 * BATCH) /* datagrams a sample; some milliseconds */
#define SAMPLES 150	     /* a stretch */
#define PAYLOAD 64
#define START_S 3 /* for a tool to compile and attach */
#define ROUNDS	9

enum watcher { NOBODY, OURS, EMPTY, BPFTRACE, PERF, WATCHERS };

static const char *const names[WATCHERS] = {
	[NOBODY] = "nobody",
	[OURS] = "tracepoint source",
	[EMPTY] = "an eBPF program without content",
	[BPFTRACE] = "bpftrace, by location",
	[PERF] = "perf record -e skb:kfree_skb",
};

struct bench {
	int fd;	  /* the sender's */
	int open; /* the receiver's */
	struct mmsghdr dropped[BATCH], taken[BATCH];
	double *taken_ns; /* of all samples, for one datagram */
	size_t n_taken;
	pid_t tool;
	FILE *output; /* the tool's */
	int program, link; /* of the program without content */
	struct source *source;
	pthread_t reader;
	atomic_bool stop; /* set by main, read by the reader; ordered with nothing */
	uint64_t counted; /* reader, until it was joined */
	uint64_t reader_ns;
	uint64_t sent; /* during this stretch */
};

static void __attribute__((noreturn)) die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

/* A network and a /tmp of our own, and tracefs for the tools where it is not mounted. */
static void enter_namespaces(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd;

	if (unshare(CLONE_NEWNET | CLONE_NEWNS) < 0)
		die("unshare (needs root)");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", "/tmp", "tmpfs", 0, NULL) < 0) /* for perf's recording */
		die("mount");
	if (access("/sys/kernel/tracing/events", F_OK) < 0)
		mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	if (access("/sys/kernel/debug/tracing", F_OK) < 0)
		mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
		die("lo up");
	close(fd);
}

static void prepare_sender(struct bench *b)
{
	static char payload[PAYLOAD];
	static struct iovec iov = { .iov_base = payload, .iov_len = PAYLOAD };
	static struct sockaddr_in closed = { .sin_family = AF_INET },
				  open = { .sin_family = AF_INET };
	const struct msghdr message = { .msg_namelen = sizeof(open),
					.msg_iov = &iov,
					.msg_iovlen = 1 };
	socklen_t len = sizeof(open);

	closed.sin_port = htons(9);
	closed.sin_addr.s_addr = open.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	b->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	b->open = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (b->fd < 0 || b->open < 0 || bind(b->open, (struct sockaddr *)&open, len) < 0 ||
	    getsockname(b->open, (struct sockaddr *)&open, &len) < 0)
		die("socket");
	for (int i = 0; i < BATCH; i++) {
		b->dropped[i].msg_hdr = b->taken[i].msg_hdr = message;
		b->dropped[i].msg_hdr.msg_name = &closed;
		b->taken[i].msg_hdr.msg_name = &open;
	}
}

/* Nanoseconds of CPU for one datagram that is dropped. */
static double sample_dropped(struct bench *b)
{
	const uint64_t start = cpu_ns();

	for (int i = 0; i < SAMPLE; i += BATCH)
		if (sendmmsg(b->fd, b->dropped, BATCH, 0) != BATCH)
			die("sendmmsg");
	b->sent += SAMPLE;
	return (double)(cpu_ns() - start) / SAMPLE;
}

/* For one that is received. */
static double sample_taken(struct bench *b)
{
	static char buffer[PAYLOAD];
	static struct iovec iov = { .iov_base = buffer, .iov_len = PAYLOAD };
	struct mmsghdr in[BATCH] = { 0 };
	const uint64_t start = cpu_ns();

	for (int i = 0; i < BATCH; i++)
		in[i].msg_hdr = (struct msghdr){ .msg_iov = &iov, .msg_iovlen = 1 };
	for (int i = 0; i < SAMPLE; i += BATCH)
		if (sendmmsg(b->fd, b->taken, BATCH, 0) != BATCH ||
		    recvmmsg(b->open, in, BATCH, MSG_DONTWAIT, NULL) <= 0)
			die("sendmmsg, recvmmsg");
	return (double)(cpu_ns() - start) / SAMPLE;
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), ascending);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Of a datagram that is dropped, in datagrams that are taken. */
static double stretch(struct bench *b)
{
	double ratios[SAMPLES];

	for (size_t i = 0; i < SAMPLES; i++) {
		const double taken = sample_taken(b);

		ratios[i] = sample_dropped(b) / taken;
		b->taken_ns[b->n_taken++] = taken;
	}
	return median(ratios, SAMPLES);
}

/* As the source thread does it, at the default interval. */
static void *read_on(void *arg)
{
	struct drop_event ev[512];
	struct bench *b = arg;
	bool last = false;
	int n;

	while (!last) {
		last = atomic_load(&b->stop);
		while ((n = b->source->ops->read(b->source, ev, 512)) > 0)
			for (int i = 0; i < n; i++)
				b->counted += ev[i].packets;
		if (!last)
			clock_sleep_ns(250 * NSEC_PER_MSEC);
	}
	b->reader_ns += cpu_ns();
	return NULL;
}

static void start_ours(struct bench *b)
{
	const struct config_source cfg = {
		.kind = SOURCE_TRACEPOINT, .tracepoint = { .max_entries = 8192, .interval_ms = 250 }
	};
	struct err err = { 0 };

	if (tracepoint_ops.open(&cfg, &b->source, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	atomic_store(&b->stop, false);
	b->counted = 0;
	if (pthread_create(&b->reader, NULL, read_on, b) != 0)
		die("pthread_create");
}

static void stop_ours(struct bench *b)
{
	atomic_store(&b->stop, true);
	pthread_join(b->reader, NULL);
	b->source = tracepoint_ops.close(b->source);
	if (b->counted < b->sent) {
		fprintf(stderr, "the source counted %llu of %llu\n", (unsigned long long)b->counted,
			(unsigned long long)b->sent);
		exit(1);
	}
}

/* What any program at the tracepoint adds. */
static void start_empty(struct bench *b)
{
	static const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	b->program = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "empty", "GPL", code, 2, NULL);
	if (b->program < 0)
		die("bpf_prog_load");
	b->link = bpf_raw_tracepoint_open("kfree_skb", b->program);
	if (b->link < 0)
		die("bpf_raw_tracepoint_open");
}

static void stop_empty(struct bench *b)
{
	close(b->link);
	close(b->program);
}

static void start_tool(struct bench *b, char *const argv[])
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		die("pipe");
	b->tool = fork();
	if (b->tool < 0)
		die("fork");
	if (b->tool == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(fds[1]);
	b->output = fdopen(fds[0], "r");
	clock_sleep_ns(START_S * NSEC_PER_SEC);
}

/* Return: whether it counted what was sent: the sum of "@[...]: N", or perf's "(N samples)". */
static bool stop_tool(struct bench *b)
{
	unsigned long long packets = 0, n;
	char line[512], *at;

	kill(b->tool, SIGINT);
	while (fgets(line, sizeof(line), b->output)) {
		at = strstr(line, "]: ");
		if (at && sscanf(at, "]: %llu", &n) == 1)
			packets += n;
		at = strrchr(line, '(');
		if (at && sscanf(at, "(%llu samples)", &n) == 1)
			packets += n;
	}
	fclose(b->output);
	waitpid(b->tool, NULL, 0);
	return packets >= b->sent;
}

static bool watch(struct bench *b, enum watcher watcher, double *ret)
{
	static char *const bpftrace[] = {
		"bpftrace", "-e", "tracepoint:skb:kfree_skb { @[args->location] = count(); }", NULL
	};
	static char *const perf[] = { "perf",		"record", "-a",	 "-e",
				      "skb:kfree_skb",	"-m",	  "16M", "-o",
				      "/tmp/perf.data", NULL };
	bool good = true;

	if (watcher == OURS)
		start_ours(b);
	else if (watcher == EMPTY)
		start_empty(b);
	else if (watcher != NOBODY)
		start_tool(b, watcher == BPFTRACE ? bpftrace : perf);
	b->sent = 0;
	*ret = stretch(b);
	if (watcher == OURS)
		stop_ours(b);
	else if (watcher == EMPTY)
		stop_empty(b);
	else if (watcher != NOBODY)
		good = stop_tool(b);
	unlink(perf[8]);
	return good;
}

static void print(struct bench *b, double cost[WATCHERS][ROUNDS], const size_t n[WATCHERS])
{
	const double taken = median(b->taken_ns, b->n_taken);
	const double ours = median(cost[OURS], n[OURS]);

	printf("%-32s %12s %8s\n", "watched by", "ns per drop", "ratio");
	printf("%-32s %12.1f\n", "nobody (the datagram itself)",
	       taken * median(cost[NOBODY], n[NOBODY]));
	printf("%-32s %+12.1f %8.2f\n", names[OURS], taken * ours, 1.0);
	for (int w = EMPTY; w < WATCHERS; w++) {
		if (!n[w]) {
			printf("%-32s %12s\n", names[w], "not here");
			continue;
		}
		printf("%-32s %+12.1f %8.2f\n", names[w], taken * median(cost[w], n[w]),
		       median(cost[w], n[w]) / ours);
	}
}

int main(int argc, char **argv)
{
	size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : ROUNDS, n[WATCHERS] = { 0 };
	double cost[WATCHERS][ROUNDS], before, with, after;
	struct bench b = { 0 };

	if (rounds < 1 || rounds > ROUNDS)
		rounds = ROUNDS;
	b.taken_ns = calloc(SAMPLES * (1 + 2 * WATCHERS * rounds), sizeof(*b.taken_ns));
	if (!b.taken_ns)
		die("calloc");
	enter_namespaces();
	prepare_sender(&b);
	watch(&b, NOBODY, &before);
	for (size_t round = 0; round < rounds; round++) {
		for (enum watcher w = OURS; w < WATCHERS; w++) {
			const bool good = watch(&b, w, &with);

			watch(&b, NOBODY, &after);
			if (good)
				cost[w][n[w]++] = with - (before + after) / 2;
			before = after;
		}
		cost[NOBODY][n[NOBODY]++] = after;
	}
	print(&b, cost, n);
	printf("reading the counts, on a CPU of its own: %.1f us for each of %zu rounds\n",
	       (double)b.reader_ns / 1e3 / (double)rounds, rounds);
	free(b.taken_ns);
	return 0;
}
