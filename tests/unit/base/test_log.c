/* SPDX-License-Identifier: GPL-2.0-or-later */
/* daemon/base/log.c with pipes and sockets for stderr. A line that waits ends in a timeout. */
#include "../test.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

struct capture {
	int end[2]; /* what is written into [1] is read from [0] */
	int stderr_fd;
};

/* Until release() nothing may be asserted: cmocka, too, writes to stderr. */
static void capture(struct capture *c)
{
	c->stderr_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	dup2(c->end[1], STDERR_FILENO);
}

static void release(struct capture *c)
{
	dup2(c->stderr_fd, STDERR_FILENO);
	close(c->stderr_fd);
}

static void wait_for_room(struct capture *c, bool wait)
{
	const int flags = fcntl(c->end[1], F_GETFL);

	assert_int_equal(fcntl(c->end[1], F_SETFL, wait ? flags & ~O_NONBLOCK : flags | O_NONBLOCK),
			 0);
}

static void fill(struct capture *c)
{
	wait_for_room(c, false);
	for (size_t size = 4096; size; size /= 2)
		while (write(c->end[1], (char[4096]){ 0 }, size) > 0)
			;
	wait_for_room(c, true);
}

/* Return: all that was written, to be freed. */
static char *written(struct capture *c)
{
	char *text = calloc(1, 1 << 20);
	size_t len = 0;
	ssize_t n;

	assert_non_null(text);
	close(c->end[1]);
	while ((n = read(c->end[0], text + len, (1 << 20) - 1 - len)) > 0)
		len += (size_t)n;
	close(c->end[0]);
	return text;
}

static void lines(void **state)
{
	struct capture c;
	char *text;

	(void)state;
	unsetenv("JOURNAL_STREAM");
	assert_int_equal(pipe2(c.end, O_CLOEXEC), 0);
	capture(&c);
	log_error("number %d", 1);
	log_debug("not worth printing");
	log_info("two\nlines\n");
	log_warning("%s", "");
	release(&c);
	text = written(&c);
	assert_string_equal(text, "dropwatchd: error: number 1\n"
				  "dropwatchd: info: two\n"
				  "dropwatchd: info: lines\n"
				  "dropwatchd: warning: \n");
	free(text);
}

/* What a file name or a device brings along stays in its line, and moves no cursor. */
static void foreign_text(void **state)
{
	struct capture c;
	char *text;

	(void)state;
	unsetenv("JOURNAL_STREAM");
	assert_int_equal(pipe2(c.end, O_CLOEXEC), 0);
	capture(&c);
	log_error("cannot open %s\nnext", "/tmp/\xe2\x80\xae"
					  "a\xc2\x9b"
					  "2J\x1b[2Jb\xff\r.pcap");
	release(&c);
	text = written(&c);
	assert_string_equal(text, "dropwatchd: error: cannot open /tmp/\\xe2\\x80\\xae"
				  "a\\xc2\\x9b"
				  "2J\\x1b[2Jb\\xff\\x0d.pcap\n"
				  "dropwatchd: error: next\n");
	free(text);
}

/* A list of errors as long as there can be one: each line is whole, and has its priority. */
static void many_lines(void **state)
{
	char list[16384] = "", expected[32768] = "";
	struct capture c;
	char *text;

	(void)state;
	for (int i = 0; i < 160; i++) {
		char line[128];

		snprintf(line, sizeof(line), "/etc/dropwatchd/dropwatchd.yaml:%03d:1: %060d\n", i,
			 i);
		strcat(list, line);
		strcat(strcat(expected, "<3>"), line);
	}
	strcat(expected, "<3>that was it\n");
	setenv("JOURNAL_STREAM", "1:2", 1);
	assert_int_equal(pipe2(c.end, O_CLOEXEC), 0);
	capture(&c);
	log_error("%sthat was it", list);
	release(&c);
	unsetenv("JOURNAL_STREAM");
	text = written(&c);
	assert_string_equal(text, expected);
	free(text);
}

static void a_long_line(void **state)
{
	char sent[12001] = "", received[12001] = "";
	struct capture c;
	size_t n = 0;
	char *text;

	(void)state;
	for (int i = 0; i < 6000; i++)
		strcat(sent, "é");
	setenv("JOURNAL_STREAM", "1:2", 1);
	assert_int_equal(pipe2(c.end, O_CLOEXEC), 0);
	capture(&c);
	log_error("%s", sent);
	release(&c);
	unsetenv("JOURNAL_STREAM");
	text = written(&c);
	for (char *save = NULL, *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save), n++) {
		assert_true(strlen(line) < PIPE_BUF);
		assert_memory_equal(line, "<3>é", strlen("<3>é"));
		strcat(received, line + 3);
	}
	assert_int_equal(n, 3);
	assert_string_equal(received, sent);
	free(text);
}

/* Nobody reads: lines are dropped until somebody does. */
static void check_stuck(struct capture *c)
{
	char some[PIPE_BUF];
	char *text;

	fill(c);
	capture(c);
	log_error("dropped");
	release(c);
	while (read(c->end[0], some, sizeof(some)) == sizeof(some))
		;
	capture(c);
	log_error("read again");
	release(c);
	text = written(c);
	assert_string_equal(text, "dropwatchd: error: read again\n");
	free(text);
}

static void a_stuck_pipe(void **state)
{
	struct capture c;

	(void)state;
	assert_int_equal(pipe2(c.end, O_CLOEXEC), 0);
	fcntl(c.end[0], F_SETFL, O_NONBLOCK);
	check_stuck(&c);
}

static void a_stuck_socket(void **state)
{
	struct capture c;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, c.end), 0);
	fcntl(c.end[0], F_SETFL, O_NONBLOCK);
	check_stuck(&c);
}

static void nobody_there(void **state)
{
	struct capture c;

	(void)state;
	assert_int_equal(signal(SIGPIPE, SIG_DFL) == SIG_ERR, 0);
	assert_int_equal(pipe2(c.end, O_CLOEXEC), 0);
	close(c.end[0]);
	capture(&c);
	log_error("nobody is there");
	release(&c);
	close(c.end[1]);
	capture(&c); /* a descriptor that is closed */
	close(STDERR_FILENO);
	log_error("nobody is there");
	release(&c);
}

static void a_limit(void **state)
{
	struct log_limit one = { 0 }, three = { .burst = 3 };
	const uint64_t minute_ns = 60ull * 1000000000ull;

	(void)state;
	for (uint64_t now_ns = 1000; now_ns < 3 * minute_ns; now_ns += minute_ns) {
		assert_true(log_limit_ok(&one, now_ns));
		assert_false(log_limit_ok(&one, now_ns + minute_ns - 1));
		for (int i = 0; i < 3; i++)
			assert_true(log_limit_ok(&three, now_ns));
		assert_false(log_limit_ok(&three, now_ns));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),	cmocka_unit_test(foreign_text),
		cmocka_unit_test(many_lines),	cmocka_unit_test(a_long_line),
		cmocka_unit_test(a_stuck_pipe), cmocka_unit_test(a_stuck_socket),
		cmocka_unit_test(nobody_there), cmocka_unit_test(a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
