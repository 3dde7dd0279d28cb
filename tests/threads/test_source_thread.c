/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loop around a source, with sources that play a script: what they yield is
 * known to the packet, so what arrives and what is lost can be held against it.
 */
#include "../unit/test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "source/source_thread.h"

/* The linker sends every malloc() of the program here; see CMakeLists.txt. Compilers
 * know that malloc() looks at no variable: hence volatile. */
static _Thread_local volatile bool out_of_memory;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
	return out_of_memory ? NULL : __real_malloc(size);
}

struct script {
	struct source source;
	int fd;              /* always readable */
	uint64_t left;       /* events still to be yielded */
	int end;             /* what read() says when none is left */
	bool starved;        /* at the end there is no memory left */
	bool comes_and_goes; /* each time it is asked something else happened */
	atomic_ulong reads;
	struct source_stats stats;
};

static int script_fd(const struct source *s)
{
	return ((const struct script *)s)->fd;
}

static int script_read(struct source *s, struct drop_event *ev, size_t n)
{
	struct script *script = (struct script *)s;

	atomic_fetch_add(&script->reads, 1);
	if (script->left == 0) {
		out_of_memory = script->starved;
		return script->end;
	}
	if (n > script->left)
		n = script->left;
	for (size_t i = 0; i < n; i++)
		ev[i] = (struct drop_event){ .packets = 3 };
	script->left -= n;
	script->stats.events += n;
	script->stats.packets += 3 * n;
	return (int)n;
}

static void script_stats(struct source *s, struct source_stats *ret)
{
	struct script *script = (struct script *)s;

	if (script->comes_and_goes) {
		script->stats.up = !script->stats.up;
		for (int i = 0; i < RESTART_CAUSES; i++)
			script->stats.restarts[i]++;
		script->stats.blind_ns += NSEC_PER_SEC;
		script->stats.owner = script->stats.owner[0] == 's' ? "other" : "self";
	}
	*ret = script->stats;
}

static const struct source_ops loses = {
	.name = "script", .fd = script_fd, .read = script_read, .stats = script_stats,
};

static const struct source_ops keeps = {
	.name = "script",
	.keeps = true,
	.fd = script_fd,
	.read = script_read,
	.stats = script_stats,
};

static const struct source_ops starves = {
	.name = "script", .fd = script_fd, .read = script_read, .stats = script_stats,
};

static const struct source_ops comes_and_goes = {
	.name = "script", .fd = script_fd, .read = script_read, .stats = script_stats,
};

struct fixture {
	struct script script;
	struct ring *ring;
	struct slot stats;
	atomic_ulong beat;
	struct source_thread *thread;
};

static void start(struct fixture *f, const struct source_ops *ops, size_t capacity, uint64_t events,
		  int end)
{
	memset(f, 0, sizeof(*f));
	f->script = (struct script){
		.source.ops = ops,
		.fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK),
		.left = events,
		.end = end,
		.starved = ops == &starves,
		.comes_and_goes = ops == &comes_and_goes,
		.stats = { .source = "script", .mode = "", .owner = "", .up = true },
	};
	slot_init(&f->stats);
	assert_int_equal(ring_new(capacity, sizeof(struct drop_event), &f->ring, NULL), 0);
	assert_int_equal(source_thread_start(&(struct source_set){ { &f->script.source }, 1 },
					     f->ring, &f->stats, &f->beat,
					     &f->thread, NULL), 0);
}

static void finish(struct fixture *f)
{
	f->thread = source_thread_stop(f->thread);
	ring_free(f->ring);
	slot_done(&f->stats);
	close(f->script.fd);
}

static struct source_stats latest(struct fixture *f)
{
	struct source_stats_value *v = (struct source_stats_value *)slot_get(&f->stats);
	struct source_stats stats = v->all[0];

	slot_value_unref(&v->value);
	return stats;
}

/* Pop until the stats say that the thread ended and the ring is empty. Return: packets. */
static uint64_t pop_to_the_end(struct fixture *f)
{
	static struct drop_event ev[256];
	uint64_t packets = 0;

	for (;;) {
		const bool ended = latest(f).ended;
		size_t n = ring_pop(f->ring, ev, 256);

		for (size_t i = 0; i < n; i++)
			packets += ev[i].packets;
		if (n == 0 && ended)
			return packets;
		if (n == 0)
			ring_wait(f->ring, 1, NSEC_PER_MSEC);
	}
}

/* Who looks before the thread runs, such as the first snapshot, knows already what there is. */
static void a_source_is_announced(void **state)
{
	struct fixture f = {
		.script = {
			.source.ops = &keeps,
			.stats = { .source = "script", .owner = "", .up = true },
		},
	};

	(void)state;
	slot_init(&f.stats);
	assert_int_equal(source_thread_announce(&(struct source_set){ { &f.script.source }, 1 },
						&f.stats), 0);
	assert_string_equal(latest(&f).source, "script");
	assert_true(latest(&f).up);
	slot_done(&f.stats);
}

static void a_patient_source_waits_for_room(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, &keeps, 1024, 100000, -ENODATA);
	assert_int_equal(pop_to_the_end(&f), 300000);
	assert_int_equal(latest(&f).lost_ring, 0);
	assert_true(latest(&f).finished);
	assert_int_equal(latest(&f).packets, 300000);
	finish(&f);
}

/* There is never room for a whole batch, but for what has to be read at least. */
static void even_if_there_is_little_room(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, &keeps, 64, 10000, -ENODATA);
	assert_int_equal(pop_to_the_end(&f), 30000);
	assert_int_equal(latest(&f).lost_ring, 0);
	finish(&f);
}

static void another_one_loses_and_counts(void **state)
{
	static const size_t capacities[] = { 64, 1024 };
	struct fixture f;
	uint64_t popped;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start(&f, &loses, capacities[i], 100000, -ENODATA);
		while (!latest(&f).ended) /* nobody makes room */
			clock_sleep_ns(NSEC_PER_MSEC);
		popped = pop_to_the_end(&f);
		assert_int_equal(popped, 3 * capacities[i]);
		assert_int_equal(popped + latest(&f).lost_ring, 300000);
		finish(&f);
	}
}

/* Nobody makes room, and nothing is left to read: both are waited for, a millisecond at a time. */
static void a_full_ring_is_no_reason_to_hurry(void **state)
{
	struct fixture f;
	uint64_t began_ns, reads;

	(void)state;
	start(&f, &loses, 1024, 100000, 0);
	while (latest(&f).lost_ring < 300000 - 3 * 1024)
		clock_sleep_ns(NSEC_PER_MSEC);
	began_ns = clock_monotonic_ns();
	reads = atomic_load(&f.script.reads);
	clock_sleep_ns(100 * NSEC_PER_MSEC);
	reads = atomic_load(&f.script.reads) - reads;
	/* A machine that is late makes for fewer. */
	assert_in_range(reads, 0, (clock_monotonic_ns() - began_ns) / NSEC_PER_MSEC + 2);
	finish(&f);
}

/* A listener that has one thing to tell, and does so at once. */
struct teller {
	struct source source;
	int fd;
	bool announced;
};

static int teller_fd(const struct source *s)
{
	return ((const struct teller *)s)->fd;
}

static int teller_read(struct source *s, struct drop_event *ev, size_t n)
{
	struct teller *teller = (struct teller *)s;

	if (teller->announced || n == 0)
		return 0;
	teller->announced = true;
	*ev = (struct drop_event){ .type = EVENT_MODULES };
	return 1;
}

static const struct source_ops tells = {
	.name = "teller", .keeps = true, .fd = teller_fd, .read = teller_read
};

/* The tracepoint's first 0 ends what it has read; only then does it look for more. */
static int finishing_read(struct source *s, struct drop_event *ev, size_t n)
{
	struct script *script = (struct script *)s;

	if (atomic_load(&script->reads) == 0) {
		atomic_fetch_add(&script->reads, 1);
		return 0;
	}
	return script_read(s, ev, n);
}

static const struct source_ops finishes = {
	.name = "script",
	.keeps = true,
	.fd = script_fd,
	.read = finishing_read,
	.stats = script_stats,
};

/* Whatever size the ring has, a change comes after all drops that were there before it. */
static void a_change_comes_after_the_drops_before_it(void **state)
{
	static const size_t capacities[] = { 64, 1024, 16384 };
	static struct drop_event ev;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct teller teller = { .source.ops = &tells, .fd = eventfd(0, EFD_CLOEXEC) };
		struct fixture f = {
			.script = { .source.ops = &finishes,
				    .fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK),
				    .left = 5000,
				    .stats = { .source = "script", .mode = "", .owner = "",
					       .up = true } },
		};
		uint64_t drops = 0;

		slot_init(&f.stats);
		assert_int_equal(ring_new(capacities[i], sizeof(struct drop_event), &f.ring, NULL),
				 0);
		assert_int_equal(
			source_thread_start(
				&(struct source_set){ { &f.script.source, &teller.source }, 2 },
				f.ring, &f.stats, &f.beat, &f.thread, NULL),
			0);
		do {
			while (!ring_pop(f.ring, &ev, 1))
				ring_wait(f.ring, 1, NSEC_PER_MSEC);
			drops += ev.type == EVENT_DROP;
		} while (ev.type != EVENT_MODULES);
		assert_int_equal(drops, 5000);
		finish(&f);
		close(teller.fd);
	}
}

static void a_broken_source_is_reported(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, &loses, 1024, 10, -EIO);
	assert_int_equal(pop_to_the_end(&f), 30);
	assert_false(latest(&f).finished);
	assert_false(latest(&f).up);
	assert_non_null(strstr(latest(&f).trouble, "Input/output error"));
	finish(&f);
}

/* There is nobody left who could tell it later. */
static void the_end_is_reported_without_memory(void **state)
{
	void *volatile none; /* nor is a malloc() left out whose result is seen */
	struct fixture f;

	(void)state;
	out_of_memory = true;
	none = malloc(1);
	out_of_memory = false;
	assert_null(none);
	start(&f, &starves, 1024, 10, -EIO);
	assert_int_equal(pop_to_the_end(&f), 30);
	assert_non_null(strstr(latest(&f).trouble, "Input/output error"));
	finish(&f);
}

static void stopping_reads_what_is_left(void **state)
{
	struct fixture f;
	struct drop_event ev;
	uint64_t packets = 0;

	(void)state;
	start(&f, &loses, 65536, 50000, 0);
	f.thread = source_thread_stop(f.thread);
	while (ring_pop(f.ring, &ev, 1))
		packets += ev.packets;
	assert_int_equal(packets, 150000);
	assert_int_equal(latest(&f).packets, 150000);
	assert_true(atomic_load(&f.beat) > 0);
	finish(&f);
}

/* Return: how often the words are in the file. */
static unsigned int count(int fd, const char *words)
{
	static char text[65536];
	const ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	unsigned int found = 0;

	assert_true(n >= 0);
	text[n] = '\0';
	for (const char *at = text; (at = strstr(at, words)); at++)
		found++;
	return found;
}

/* The log is not flooded. A slow run gets some more lines, a fixed number per minute. */
static void what_comes_and_goes_is_logged_a_few_times(void **state)
{
	static const char *const kinds[] = {
		"another program stopped", "module was reloaded",
		"drops are seen again",	   "script: \n",
		"may not have been",	   "the drop monitor; dropwatchd listens along",
	};
	const int log = memfd_create("log", MFD_CLOEXEC), own = dup(STDERR_FILENO);
	const uint64_t began_ns = clock_monotonic_ns();
	struct fixture f;
	uint64_t most;

	(void)state;
	assert_true(log >= 0 && own >= 0);
	dup2(log, STDERR_FILENO);
	start(&f, &comes_and_goes, 1024, UINT64_MAX, 0);
	while (latest(&f).restarts[0] < 20)
		clock_sleep_ns(NSEC_PER_MSEC);
	finish(&f);
	dup2(own, STDERR_FILENO);
	close(own);
	most = 4 * ((clock_monotonic_ns() - began_ns) / (60 * NSEC_PER_SEC) + 1);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		/* Some share their lines with the contrary. */
		assert_true(count(log, kinds[i]) >= 2);
		assert_true(count(log, kinds[i]) <= most);
	}
	close(log);
}

static void the_end_is_always_logged(void **state)
{
	const int log = memfd_create("log", MFD_CLOEXEC), own = dup(STDERR_FILENO);
	struct fixture f;

	(void)state;
	assert_true(log >= 0 && own >= 0);
	dup2(log, STDERR_FILENO);
	start(&f, &loses, 1024, 10, -EIO);
	while (!latest(&f).ended)
		clock_sleep_ns(NSEC_PER_MSEC);
	finish(&f);
	dup2(own, STDERR_FILENO);
	close(own);
	assert_int_equal(count(log, "source script: it failed: Input/output error"), 1);
	close(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_is_announced),
		cmocka_unit_test(a_patient_source_waits_for_room),
		cmocka_unit_test(even_if_there_is_little_room),
		cmocka_unit_test(another_one_loses_and_counts),
		cmocka_unit_test(a_full_ring_is_no_reason_to_hurry),
		cmocka_unit_test(a_change_comes_after_the_drops_before_it),
		cmocka_unit_test(a_broken_source_is_reported),
		cmocka_unit_test(the_end_is_reported_without_memory),
		cmocka_unit_test(stopping_reads_what_is_left),
		cmocka_unit_test(what_comes_and_goes_is_logged_a_few_times),
		cmocka_unit_test(the_end_is_always_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
