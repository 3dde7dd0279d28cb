/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netlink dump whose answers come from the test: socket() returns one end of a pair, and the
 * answer is already there to be read.
 */
#include "../unit/test.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "ledger/dump.h"

#define TYPE  42
#define LARGE 32769 /* bytes; one more than fits */

/* The answers to the first and to the second request. */
static struct {
	struct {
		struct nlmsghdr header;
		int32_t error; /* as data of any message */
	} messages[2][4];
	size_t n[2];
	size_t large[2]; /* a datagram of this size at the end; 0: none */
	int peers[2];
	size_t asked;
} kernel;

int __wrap_socket(int domain, int type, int protocol);

int __wrap_socket(int domain, int type, int protocol)
{
	const size_t i = kernel.asked++;
	static char large[LARGE];
	int pair[2];

	assert_int_equal(domain, AF_NETLINK);
	assert_int_equal(protocol, NETLINK_ROUTE);
	assert_true(i < 2);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | (type & SOCK_CLOEXEC), 0, pair), 0);
	for (size_t j = 0; j < kernel.n[i]; j++)
		assert_true(send(pair[1], &kernel.messages[i][j], 20, 0) == 20);
	if (kernel.large[i])
		assert_true(send(pair[1], large, kernel.large[i], 0) > 0);
	kernel.peers[i] = pair[1];
	return pair[0];
}

static void answer(size_t request, uint16_t type, uint16_t flags, int error)
{
	const size_t i = kernel.n[request]++;

	kernel.messages[request][i].header = (struct nlmsghdr){
		.nlmsg_len = 20,
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_MULTI | flags,
	};
	kernel.messages[request][i].error = error;
}

static int begin(void **state)
{
	(void)state;
	memset(&kernel, 0, sizeof(kernel));
	kernel.peers[0] = kernel.peers[1] = -1;
	return 0;
}

static int end(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		if (kernel.peers[i] >= 0)
			close(kernel.peers[i]);
	return 0;
}

static void count(const struct message *m, void *arg)
{
	if (m->type == TYPE)
		++*(unsigned int *)arg;
}

static int dump(unsigned int *ret)
{
	const struct dump_request request = { .protocol = NETLINK_ROUTE,
					      .type = 7,
					      .body = { (const uint8_t *)"body", 4 } };

	*ret = 0;
	return dump_run(&request, UINT64_MAX, count, ret);
}

static void asks_for_a_dump(void **state)
{
	struct {
		struct nlmsghdr header;
		char body[4];
	} request;
	unsigned int n;

	(void)state;
	answer(0, NLMSG_DONE, 0, 0);
	assert_int_equal(dump(&n), 0);
	assert_int_equal(recv(kernel.peers[0], &request, sizeof(request), 0), 20);
	assert_int_equal(request.header.nlmsg_len, 20);
	assert_int_equal(request.header.nlmsg_type, 7);
	assert_int_equal(request.header.nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
	assert_memory_equal(request.body, "body", 4);
}

static void every_message_is_passed_on(void **state)
{
	unsigned int n;

	(void)state;
	answer(0, TYPE, 0, 0);
	answer(0, TYPE, 0, -EPERM); /* is no error in a message of this type */
	answer(0, NLMSG_DONE, 0, 0);
	assert_int_equal(dump(&n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(kernel.asked, 1);
}

/* Nothing of the first answer is counted. */
static void an_interrupted_dump_is_repeated(void **state)
{
	unsigned int n;

	(void)state;
	answer(0, TYPE, 0, 0);
	answer(0, TYPE, NLM_F_DUMP_INTR, 0);
	answer(0, TYPE, 0, 0);
	answer(1, TYPE, 0, 0);
	answer(1, NLMSG_DONE, 0, 0);
	assert_int_equal(dump(&n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(kernel.asked, 2);
}

/* The flag may be in the last message only. */
static void it_is_repeated_once(void **state)
{
	unsigned int n;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		answer(i, TYPE, 0, 0);
		answer(i, NLMSG_DONE, NLM_F_DUMP_INTR, 0);
	}
	assert_int_equal(dump(&n), -EAGAIN);
	assert_int_equal(n, 0);
}

static void errors_are_returned(void **state)
{
	unsigned int n;

	(void)state;
	answer(0, TYPE, 0, 0);
	answer(0, NLMSG_ERROR, 0, -EOPNOTSUPP);
	answer(1, TYPE, 0, 0);
	answer(1, NLMSG_DONE, 0, -ENODEV);
	assert_int_equal(dump(&n), -EOPNOTSUPP);
	assert_int_equal(n, 0);
	assert_int_equal(dump(&n), -ENODEV);
	assert_int_equal(n, 0);
}

static void a_datagram_that_does_not_fit(void **state)
{
	unsigned int n;

	(void)state;
	answer(0, TYPE, 0, 0);
	kernel.large[0] = LARGE;
	assert_int_equal(dump(&n), -EMSGSIZE);
	assert_int_equal(n, 0);
}

static void the_deadline(void **state)
{
	const struct dump_request request = { .protocol = NETLINK_ROUTE,
					      .body = { (const uint8_t *)"", 0 } };
	unsigned int n = 0;

	(void)state;
	answer(0, TYPE, 0, 0); /* and no end */
	assert_int_equal(dump_run(&request, clock_monotonic_ns() + NSEC_PER_MSEC, count, &n),
			 -ETIMEDOUT);
	assert_int_equal(n, 0);
	assert_int_equal(dump_run(&request, 0, count, &n), -ETIMEDOUT);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(asks_for_a_dump),
		TEST(every_message_is_passed_on),
		TEST(an_interrupted_dump_is_repeated),
		TEST(it_is_repeated_once),
		TEST(errors_are_returned),
		TEST(a_datagram_that_does_not_fit),
		TEST(the_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
