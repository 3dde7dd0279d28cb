/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way to the journal, with a journal of the test's own at its end: one that reads, one that
 * does not, one that is gone, one that comes back. A call that blocked would hang until the time
 * limit.
 */
#include "../unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "alert/entry.h"
#include "alert/journal.h"

struct world {
	char dir[32];
	char path[64];
	int listener; /* the journal's end; -1 none */
	struct journal *journal;
};

static void listen_there(struct world *w)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strcpy(address.sun_path, w->path);
	unlink(w->path);
	w->listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_true(w->listener >= 0);
	assert_int_equal(bind(w->listener, (struct sockaddr *)&address, sizeof(address)), 0);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct err err;

	strcpy(w->dir, "/tmp/test-journal-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->path, sizeof(w->path), "%s/socket", w->dir);
	w->listener = -1;
	assert_int_equal(journal_open(w->path, &w->journal, &err), 0);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	journal_close(w->journal);
	if (w->listener >= 0)
		close(w->listener);
	unlink(w->path);
	rmdir(w->dir);
	free(w);
	return 0;
}

static struct alert numbered(uint64_t n)
{
	struct alert a = {
		.rule = "test", .count = n, .window_s = 60, .priority = 4, .unit = ALERT_COUNT
	};

	return a;
}

static void send_numbered(struct world *w, uint64_t n)
{
	const struct alert a = numbered(n);

	journal_send(w->journal, &a);
}

/* The DROPWATCH_COUNT of the next entry, -1 if there is none. */
static long receive(struct world *w)
{
	char entry[ALERT_ENTRY_MAX + 1];
	ssize_t n = recv(w->listener, entry, sizeof(entry) - 1, 0);
	const char *count;

	if (n < 0)
		return -1;
	entry[n] = '\0';
	count = strstr(entry, "\nDROPWATCH_COUNT=");
	assert_non_null(count);
	return atol(count + strlen("\nDROPWATCH_COUNT="));
}

/* Both ends of stderr: what is written there meanwhile. */
static int divert_stderr(int *saved)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
	*saved = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	return ends[0];
}

static void restore_stderr(int saved, int pipe_end, char *buf, size_t size)
{
	ssize_t n = read(pipe_end, buf, size - 1);

	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pipe_end);
	buf[n > 0 ? n : 0] = '\0';
}

static void hands_over_the_whole_entry(void **state)
{
	struct world *w = *state;
	const struct alert a = numbered(5);
	char want[ALERT_ENTRY_MAX], got[ALERT_ENTRY_MAX];
	size_t len = alert_entry(&a, want);

	listen_there(w);
	journal_send(w->journal, &a);
	assert_int_equal(recv(w->listener, got, sizeof(got), 0), len);
	assert_memory_equal(got, want, len);
	assert_int_equal(journal_lost(w->journal), 0);
}

static void hands_over_the_counter(void **state)
{
	struct world *w = *state;
	struct alert a = numbered(5);
	char got[ALERT_ENTRY_MAX + 1];
	ssize_t n;

	strcpy(a.counter, "link.rx_missed");
	strcpy(a.labels[LABEL_DEVICE], "eth0");
	listen_there(w);
	journal_send(w->journal, &a);
	n = recv(w->listener, got, sizeof(got) - 1, 0);
	assert_true(n > 0);
	got[n] = '\0';
	assert_non_null(strstr(got, "MESSAGE=Raised test: link.rx_missed grew by 5 within 60 s, "));
	assert_non_null(strstr(got, "\nDROPWATCH_COUNTER=link.rx_missed\nDROPWATCH_DEVICE=eth0\n"));
}

static void says_it_on_stderr_where_no_journal_is(void **state)
{
	struct world *w = *state;
	char said[2048];
	int saved, end = divert_stderr(&saved);

	send_numbered(w, 7); /* there never was one */
	listen_there(w);
	close(w->listener); /* it ended and left its socket behind */
	w->listener = -1;
	send_numbered(w, 8);
	restore_stderr(saved, end, said, sizeof(said));
	assert_non_null(strstr(said, "Raised test: 7 packets dropped within 60 s"));
	assert_non_null(strstr(said, "Raised test: 8 packets dropped within 60 s"));
	assert_int_equal(journal_lost(w->journal), 0);
	listen_there(w); /* a new one is found */
	send_numbered(w, 9);
	assert_int_equal(receive(w), 9);
}

static void never_waits_for_a_journal_that_is_stuck(void **state)
{
	struct world *w = *state;
	const long sent = 1000;
	long first, n, seen;
	size_t waiting;

	listen_there(w);
	for (n = 1; n <= sent; n++)
		send_numbered(w, (uint64_t)n);
	waiting = journal_flush(w->journal);
	assert_int_equal(waiting, JOURNAL_QUEUE_MAX);
	/* It reads again: first what the socket held, then the latest that waited. */
	for (first = 1; receive(w) == first; first++)
		;
	first--;
	assert_true(first > 0);
	assert_int_equal(journal_lost(w->journal), sent - first - JOURNAL_QUEUE_MAX);
	n = sent - JOURNAL_QUEUE_MAX + 1;
	do {
		waiting = journal_flush(w->journal);
		while ((seen = receive(w)) >= 0)
			assert_int_equal(seen, n++);
	} while (waiting > 0);
	assert_int_equal(n, sent + 1);
}

static void order_is_kept_behind_what_waits(void **state)
{
	struct world *w = *state;
	long n = 1, next = 1;

	listen_there(w);
	do
		send_numbered(w, (uint64_t)n++);
	while (journal_flush(w->journal) == 0);
	while (n <= 2000) { /* one out, one in: the socket has room, but another waits for it */
		assert_int_equal(receive(w), next++);
		send_numbered(w, (uint64_t)n++);
	}
	for (; next < n; journal_flush(w->journal))
		assert_int_equal(receive(w), next++);
	assert_int_equal(journal_lost(w->journal), 0);
}

static void ends_at_once_while_stuck(void **state)
{
	struct world *w = *state;

	listen_there(w);
	for (uint64_t n = 0; n < 1000; n++)
		send_numbered(w, n);
	w->journal = journal_close(w->journal);
	assert_null(w->journal);
}

static void refuses_a_path_that_is_too_long(void **state)
{
	struct journal *j = NULL;
	struct err err;
	char path[200];

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(journal_open(path, &j, &err), -ENAMETOOLONG);
	assert_null(j);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(hands_over_the_whole_entry),
		TEST(hands_over_the_counter),
		TEST(says_it_on_stderr_where_no_journal_is),
		TEST(never_waits_for_a_journal_that_is_stuck),
		TEST(order_is_kept_behind_what_waits),
		TEST(ends_at_once_while_stuck),
		TEST(refuses_a_path_that_is_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
