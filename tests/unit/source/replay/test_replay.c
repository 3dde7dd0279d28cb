/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Real recordings, compared with what an independent decoder found in them
 * (golden/NAME.truth.json); then malformed recordings.
 */
#include "../../test.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "source/source.h"

/* The sums of a replay. */
struct sums {
	struct {
		char key[160];
		uint64_t packets;
	} detail[128]; /* the keys of truth.json's packet_detail and by_trap */
	size_t n;
	uint64_t software;
	uint64_t hardware;
	struct source_stats stats;
};

static void sums_add(struct sums *s, const char *key, uint64_t packets)
{
	size_t i = 0;

	while (i < s->n && strcmp(s->detail[i].key, key))
		i++;
	if (i == s->n) {
		assert_true(s->n < sizeof(s->detail) / sizeof(s->detail[0]));
		snprintf(s->detail[s->n++].key, sizeof(s->detail[0].key), "%s", key);
	}
	s->detail[i].packets += packets;
}

static uint64_t sums_get(const struct sums *s, const char *key)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->detail[i].key, key))
			return s->detail[i].packets;
	return 0;
}

static void count(struct sums *s, const struct drop_event *ev)
{
	char key[160], symbol[DROP_POINT_MAX];

	assert_true(ev->packets > 0);
	if (ev->origin == DROP_ORIGIN_HARDWARE) {
		snprintf(key, sizeof(key), "%s%s%s", ev->reason, *ev->reason ? "/" : "", ev->point);
		s->hardware += ev->packets;
	} else {
		snprintf(symbol, sizeof(symbol), "%s", ev->point);
		symbol[strcspn(symbol, ".+")] = '\0'; /* no suffix, no offset */
		snprintf(key, sizeof(key), "%s %s if%u 0x%04x", ev->reason, symbol, ev->in_ifindex,
			 ev->ethertype);
		s->software += ev->packets;
	}
	sums_add(s, key, ev->packets);
}

static int open_file(const char *path, enum config_replay_speed speed, struct source **ret,
		     struct err *err)
{
	struct config_source cfg = { .kind = SOURCE_REPLAY, .replay.speed = speed };

	snprintf(cfg.replay.file, sizeof(cfg.replay.file), "%s", path);
	return replay_ops.open(&cfg, ret, err);
}

static struct sums replay(const char *path, enum config_replay_speed speed)
{
	static struct drop_event ev[256];
	struct sums s = { 0 };
	struct err err = { 0 };
	struct source *src;
	int n = 0;

	if (open_file(path, speed, &src, &err))
		fail_msg("%s", err.text);
	while (n != -ENODATA) {
		struct pollfd p = { .fd = replay_ops.fd(src), .events = POLLIN };

		assert_int_equal(poll(&p, 1, 60000), 1);
		n = replay_ops.read(src, ev, sizeof(ev) / sizeof(ev[0]));
		assert_true(n >= 0 || n == -ENODATA);
		for (int i = 0; i < n; i++)
			count(&s, &ev[i]);
	}
	replay_ops.stats(src, &s.stats);
	assert_null(replay_ops.close(src));
	assert_true(s.stats.finished);
	assert_int_equal(s.stats.packets, s.software + s.hardware);
	return s;
}

/* A whole file in memory. */
struct blob {
	size_t len;
	uint8_t at[1 << 20];
};

static struct blob *slurp(const char *path)
{
	struct blob *b = calloc(1, sizeof(*b));
	FILE *f = fopen(path, "re");

	assert_non_null(b);
	assert_non_null(f);
	b->len = fread(b->at, 1, sizeof(b->at) - 1, f);
	assert_true(b->len < sizeof(b->at) - 1);
	fclose(f);
	return b;
}

/* The number after "key": in truth.json. */
static uint64_t truth(const struct blob *json, const char *key)
{
	const char *at = strstr((const char *)json->at, key);

	assert_non_null(at);
	return strtoull(at + strlen(key), NULL, 10);
}

/* Every line of a section is a key with its packets. Hardware is compared without the port's name.
 */
static size_t compare_section(struct blob *json, const char *section, const struct sums *s)
{
	struct sums want = { 0 };
	char *at = strstr((char *)json->at, section);
	char key[160];
	uint64_t packets;

	assert_non_null(at);
	at = strchr(at, '{') + 1;
	if (*at == '}')
		return 0;
	at = strchr(at, '\n') + 1;
	while (sscanf(at, " \"%159[^\"]\": %" SCNu64, key, &packets) == 2) {
		char *port = strstr(key, " on ");

		if (port)
			*port = '\0';
		sums_add(&want, key, packets);
		at = strchr(at, '\n') + 1;
	}
	for (size_t i = 0; i < want.n; i++)
		if (sums_get(s, want.detail[i].key) != want.detail[i].packets)
			fail_msg("%s: %" PRIu64 ", not %" PRIu64, want.detail[i].key,
				 sums_get(s, want.detail[i].key), want.detail[i].packets);
	return want.n;
}

static const struct golden {
	const char *name;
	enum source_mode mode;
	uint64_t kernel_queue;
} golden[] = {
	{ "s01-summary-udp-lo", MODE_SUMMARY, 0 },
	{ "s02-packet-udp-lo", MODE_PACKET, 0 },
	{ "s03-packet-reasons", MODE_PACKET, 0 },
	{ "s04-summary-reasons", MODE_SUMMARY, 0 },
	{ "s05-packet-queue-overflow", MODE_PACKET, 4956 },
	/* From here on, the kernel's total starts at what s05 left. */
	{ "s06-packet-large", MODE_PACKET, 0 },
	{ "s07-summary-steady", MODE_SUMMARY, 0 },
	/* The only answer follows more packets than the queue holds: an upper bound, see replay.c.
	 */
	{ "s08-packet-steady-multi-if", MODE_PACKET, 4956 },
	{ "s09-control-errors", MODE_SUMMARY, 0 }, /* the last CONFIG in it says so */
	{ "s10-summary-flood", MODE_SUMMARY, 0 },
	{ "e01-packet-reasons-lossless", MODE_PACKET, 0 },
	{ "e02-packet-multi-if-lossless", MODE_PACKET, 0 },
	{ "e03-control-errors-extack", MODE_SUMMARY, 0 },
	{ "e04-packet-small-rcvbuf", MODE_PACKET, 0 },
	{ "h01-hw-summary", MODE_SUMMARY, 0 },
	{ "h02-hw-packet", MODE_PACKET, 0 },
};

static void recording_is_its_truth(const struct golden *g)
{
	char path[128];
	struct blob *json;
	struct sums s;
	size_t keys;

	snprintf(path, sizeof(path), "golden/%s.truth.json", g->name);
	json = slurp(path);
	snprintf(path, sizeof(path), "golden/%s.pcap", g->name);
	s = replay(path, REPLAY_FAST);
	print_message("%s: %" PRIu64 " software, %" PRIu64 " hardware\n", g->name, s.software,
		      s.hardware);
	assert_int_equal(s.software, truth(json, "\"software_packets\": "));
	assert_int_equal(s.hardware, truth(json, "\"hardware_packets\": "));
	assert_int_equal(s.stats.napi_notes, truth(json, "\"napi_notes\": "));
	assert_int_equal(s.stats.summary_full, truth(json, "\"full_summaries\": "));
	keys = compare_section(json, "\"packet_detail\"", &s) +
	       compare_section(json, "\"by_trap\"", &s);
	if (keys)
		assert_int_equal(keys, s.n);
	assert_int_equal(s.stats.mode, g->mode);
	assert_int_equal(s.stats.lost[LOST_KERNEL_QUEUE], g->kernel_queue);
	assert_int_equal(s.stats.lost[LOST_PARSE], 0);
	assert_true(s.stats.up);
	free(json);
}

static void recordings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
		recording_is_its_truth(&golden[i]);
}

/* Without a family id, and frames are cut; the decoder that wrote truth.json failed here. */
static void recording_of_dwdump(void **state)
{
	struct sums s = replay("golden/e05-dwdump.pcap", REPLAY_FAST);

	(void)state;
	assert_int_equal(s.software, 50);
	assert_int_equal(sums_get(&s, "NO_SOCKET __udp4_lib_rcv if1 0x0800"), 50);
	assert_int_equal(s.stats.lost[LOST_PARSE], 0);
	assert_int_equal(s.stats.mode, MODE_PACKET);
}

/* The blob as a file, which exists as long as the descriptor. */
static int as_file(const struct blob *b, char path[32])
{
	int fd = memfd_create("recording", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, b->at, b->len), b->len);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static struct sums replay_blob(const struct blob *b, enum config_replay_speed speed)
{
	char path[32];
	int fd = as_file(b, path);
	struct sums s = replay(path, speed);

	close(fd);
	return s;
}

static void refuse_blob(const struct blob *b, int code, const char *why)
{
	char path[32];
	int fd = as_file(b, path);
	struct err err = { 0 };
	struct source *src = NULL;

	assert_int_equal(open_file(path, REPLAY_FAST, &src, &err), code);
	assert_null(src);
	if (!strstr(err.text, path) || !strstr(err.text, why))
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
	close(fd);
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static void put32(uint8_t *at, uint32_t v)
{
	memcpy(at, &v, sizeof(v));
}

static void refuses_what_is_no_recording(void **state)
{
	struct blob *b = slurp("golden/s01-summary-udp-lo.pcap");

	(void)state;
	b->len = 0;
	refuse_blob(b, -EPROTO, "byte 0: the file ends");
	b->len = 23;
	refuse_blob(b, -EPROTO, "byte 23: the file ends inside");
	b->len = 24;
	refuse_blob(b, -ENOMSG, "no message of NET_DM");
	b->at[20] = 1;
	refuse_blob(b, -EPROTO, "byte 20: link type 1,");
	memcpy(b->at, "\x0a\x0d\x0d\x0a", 4);
	refuse_blob(b, -EPROTO, "pcapng");
	memcpy(b->at, "\x1f\x8b\x08\x00", 4);
	refuse_blob(b, -EPROTO, "gunzip");
	memcpy(b->at, "ELF?", 4);
	refuse_blob(b, -EPROTO, "byte 0: no pcap file: it begins with 45 4c 46 3f");
	free(b);
}

static void refuses_what_is_no_file(void **state)
{
	struct err err = { 0 };
	struct source *src = NULL;

	(void)state;
	assert_int_equal(open_file("golden/none.pcap", REPLAY_FAST, &src, &err), -ENOENT);
	assert_string_equal(err.text, "golden/none.pcap: No such file or directory");
	assert_int_equal(open_file("golden", REPLAY_FAST, &src, &err), -EINVAL);
	assert_int_equal(open_file("/dev/zero", REPLAY_FAST, &src, &err), -EINVAL);
	assert_null(src);
}

static void uses_the_good_part(void **state)
{
	struct blob *b = slurp("golden/s02-packet-udp-lo.pcap");
	struct sums s;

	(void)state;
	b->len /= 2;
	s = replay_blob(b, REPLAY_FAST);
	assert_in_range(s.software, 300, 400);
	assert_int_equal(s.stats.lost[LOST_PARSE], 1);
	assert_false(s.stats.up);
	assert_non_null(strstr(s.stats.trouble, "the file ends inside a record"));
	free(b);

	b = slurp("golden/s02-packet-udp-lo.pcap");
	put32(b->at + 24 + 8, 0x7fffffff); /* the first record's length */
	refuse_blob(b, -EPROTO, "byte 24: no record of a pcap file begins here");
	free(b);
}

static void each_cut_is_a_part(void **state)
{
	struct blob *b = slurp("golden/s01-summary-udp-lo.pcap");
	const size_t whole = b->len;
	uint64_t last = 2004;
	char path[32];

	(void)state;
	for (b->len = whole; b->len > 24; b->len--) {
		int fd = as_file(b, path);
		struct err err = { 0 };
		struct source *src;

		if (open_file(path, REPLAY_FAST, &src, &err) == 0) {
			struct sums s;

			replay_ops.close(src);
			s = replay(path, REPLAY_FAST);
			assert_true(s.software <= last);
			last = s.software;
		}
		close(fd);
	}
	assert_int_equal(last, 0);
	free(b);
}

/* Call f for each record of the file. */
static void each_record(struct blob *b, void (*f)(uint8_t *record, void *arg), void *arg)
{
	for (size_t at = 24; at + 16 <= b->len;) {
		size_t len = get32(b->at + at + 8);

		f(b->at + at, arg);
		at += 16 + len;
	}
}

static void swap_numbers(uint8_t *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put32(at + 4 * i, __builtin_bswap32(get32(at + 4 * i)));
}

static void swap_record(uint8_t *record, void *arg)
{
	(void)arg;
	swap_numbers(record, 4);
}

/* As a tool on a machine of the other byte order writes a recording of ours. */
static void reads_both_byte_orders(void **state)
{
	struct blob *b = slurp("golden/s02-packet-udp-lo.pcap");

	(void)state;
	each_record(b, swap_record, NULL);
	swap_numbers(b->at, 1);
	swap_numbers(b->at + 8, 4);
	assert_int_equal(replay_blob(b, REPLAY_FAST).software, 700);
	free(b);
}

static void swap_message(uint8_t *record, void *arg)
{
	const uint8_t low = record[36];

	(void)arg;
	swap_numbers(record + 32, 1);
	record[36] = record[37]; /* nlmsg_type */
	record[37] = low;
}

static void refuses_foreign_messages(void **state)
{
	struct blob *b = slurp("golden/s02-packet-udp-lo.pcap");

	(void)state;
	each_record(b, swap_message, NULL);
	refuse_blob(b, -EPROTO, "the other byte order");
	free(b);
}

/* Remove the number that GETFAMILY reported, so that only the shape of the messages remains. */
static void hide_family(uint8_t *record, void *arg)
{
	(void)arg;
	if (record[16 + 16 + 4] == 16)
		record[16 + 16 + 4] = 0xff;
}

static void finds_the_family_by_its_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(golden) / sizeof(golden[0]); i++) {
		struct sums reported, found;
		struct blob *b;
		char path[128];

		if (!strncmp(golden[i].name, "s05", 3) || !strncmp(golden[i].name, "e03", 3))
			continue; /* too long for a blob; without any message to find it by */
		snprintf(path, sizeof(path), "golden/%s.pcap", golden[i].name);
		reported = replay(path, REPLAY_FAST);
		b = slurp(path);
		each_record(b, hide_family, NULL);
		found = replay_blob(b, REPLAY_FAST);
		assert_memory_equal(&reported, &found, sizeof(reported));
		free(b);
	}
}

/* The module is reloaded in the middle, and has a new id. */
static void follows_a_new_family(void **state)
{
	struct blob *b = slurp("golden/s01-summary-udp-lo.pcap");
	struct blob *twice = calloc(1, sizeof(*twice));

	(void)state;
	assert_non_null(twice);
	/* The second copy's family is 33, in its messages and in the answer to GETFAMILY. */
	memcpy(twice->at, b->at, b->len);
	for (size_t at = 24; at + 16 <= b->len; at += 16 + get32(b->at + at + 8)) {
		uint8_t *msg = b->at + at + 32;

		if (msg[4] == 32)
			msg[4] = 33;
		else if (msg[4] == 16 && msg[16] == 1 && msg[32] == 6)
			msg[36] = 33;
	}
	memcpy(twice->at + b->len, b->at + 24, b->len - 24);
	twice->len = 2 * b->len - 24;
	assert_int_equal(replay_blob(twice, REPLAY_FAST).software, 2 * 2004);
	free(twice);
	free(b);
}

/* Change the kernel's total (software) in each STATS_NEW; arg: the totals in turn. */
static void set_total(uint8_t *record, void *arg)
{
	const uint32_t **next = arg;
	uint8_t *msg = record + 32;

	if (msg[4] == 32 && msg[5] == 0 && msg[16] == 9)
		put32(msg + 28, *(*next)++);
}

static uint64_t queue_loss(const char *path, const uint32_t *totals)
{
	struct blob *b = slurp(path);
	uint64_t lost;

	each_record(b, set_total, &totals);
	lost = replay_blob(b, REPLAY_FAST).stats.lost[LOST_KERNEL_QUEUE];
	free(b);
	return lost;
}

static void kernel_queue_is_a_difference(void **state)
{
	const char *first_before_drops = "golden/e02-packet-multi-if-lossless.pcap";

	(void)state;
	assert_int_equal(queue_loss(first_before_drops, (uint32_t[]){ 100, 107 }), 7);
	assert_int_equal(queue_loss(first_before_drops, (uint32_t[]){ 100, 100 }), 0);
	assert_int_equal(queue_loss(first_before_drops, (uint32_t[]){ 100, 3 }), 3); /* reloaded */
	assert_int_equal(queue_loss("golden/s07-summary-steady.pcap", (uint32_t[]){ 100 }), 0);
}

/* 20 s of recording, compressed to 20 ms: same order, same number, and it takes that long. */
static void squeeze(uint8_t *record, void *arg)
{
	uint64_t *first_us = arg, us = get32(record) * 1000000ull + get32(record + 4);

	if (!*first_us)
		*first_us = us;
	us = *first_us + (us - *first_us) / 1000;
	put32(record, us / 1000000);
	put32(record + 4, us % 1000000);
}

static void replays_at_recorded_speed(void **state)
{
	struct blob *b = slurp("golden/s07-summary-steady.pcap");
	uint64_t first_us = 0, start_ns;

	(void)state;
	each_record(b, squeeze, &first_us);
	start_ns = clock_monotonic_ns();
	assert_int_equal(replay_blob(b, REPLAY_RECORDED).software, 4002);
	assert_true(clock_monotonic_ns() - start_ns >= 20 * NSEC_PER_MSEC);
	free(b);
}

/* An nlmon device may record gigabytes of other messages, such as routes. No read() takes all of
 * them, since the watchdog waits for the beat in between. */
static void goes_on_in_steps_where_nothing_is_ours(void **state)
{
	struct blob *b = slurp("golden/s01-summary-udp-lo.pcap");
	static uint8_t route[16 + 16] = {
		[8] = 16, [12] = 16, [16 + 2] = 824 >> 8, [16 + 3] = 824 & 0xff
	};
	struct drop_event ev[SOURCE_READ_MIN];
	struct err err = { 0 };
	struct source *src;
	uint64_t first_us = 0;
	int reads = 0, fd;
	char path[32];

	(void)state;
	memmove(b->at + 24 + 20000 * sizeof(route), b->at + 24, b->len - 24);
	for (size_t i = 0; i < 20000; i++)
		memcpy(b->at + 24 + i * sizeof(route), route, sizeof(route));
	b->len += 20000 * sizeof(route);
	assert_int_equal(replay_blob(b, REPLAY_FAST).software, 2004);
	each_record(b, squeeze, &first_us);
	assert_int_equal(replay_blob(b, REPLAY_RECORDED).software, 2004);
	fd = as_file(b, path);
	assert_int_equal(open_file(path, REPLAY_FAST, &src, &err), 0);
	while (replay_ops.read(src, ev, SOURCE_READ_MIN) == 0)
		reads++;
	assert_in_range(reads, 4, 20000);
	replay_ops.close(src);
	close(fd);
	free(b);
}

static void takes_times_from_the_file(void **state)
{
	struct blob *b = slurp("golden/s07-summary-steady.pcap");
	struct drop_event ev[SOURCE_READ_MIN];
	struct err err = { 0 };
	struct source *src;
	char path[32];

	(void)state;
	for (int nano = 0; nano < 2; nano++) {
		uint64_t unit = nano ? 1 : 1000;
		int fd;

		if (nano)
			put32(b->at, 0xa1b23c4d);
		fd = as_file(b, path);
		assert_int_equal(open_file(path, REPLAY_FAST, &src, &err), 0);
		assert_true(replay_ops.read(src, ev, SOURCE_READ_MIN) > 0);
		assert_in_range(ev[0].time_ns / NSEC_PER_SEC, get32(b->at + 24),
				get32(b->at + 24) + 60);
		assert_int_equal(ev[0].time_ns % unit, 0);
		replay_ops.close(src);
		close(fd);
	}
	free(b);
}

static void closes_nothing(void **state)
{
	(void)state;
	assert_null(replay_ops.close(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recordings),
		cmocka_unit_test(recording_of_dwdump),
		cmocka_unit_test(refuses_what_is_no_recording),
		cmocka_unit_test(refuses_what_is_no_file),
		cmocka_unit_test(uses_the_good_part),
		cmocka_unit_test(each_cut_is_a_part),
		cmocka_unit_test(reads_both_byte_orders),
		cmocka_unit_test(refuses_foreign_messages),
		cmocka_unit_test(finds_the_family_by_its_messages),
		cmocka_unit_test(follows_a_new_family),
		cmocka_unit_test(kernel_queue_is_a_difference),
		cmocka_unit_test(replays_at_recorded_speed),
		cmocka_unit_test(goes_on_in_steps_where_nothing_is_ours),
		cmocka_unit_test(takes_times_from_the_file),
		cmocka_unit_test(closes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
