/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "netdm_test.h"

int setup(void **state)
{
	struct test *t = calloc(1, sizeof(*t));

	if (!t || client_start(&t->monitor, MONITOR) < 0)
		return -1;
	t->cfg.kind = SOURCE_NETDM;
	t->cfg.netdm = (struct config_netdm){
		.alert_mode = ALERT_MODE_PACKET,
		.truncate_bytes = 96,
		.queue_length = 1000,
		.receive_buffer_bytes = 4 << 20,
	};
	snprintf(t->deny, sizeof(t->deny), "/tmp/netdm-deny-join.%d", (int)getpid());
	setenv(DENY_JOIN_ENV, t->deny, 1);
	*state = t;
	return 0;
}

int teardown(void **state)
{
	struct test *t = *state;

	source_close(t->source);
	client_stop(&t->monitor);
	unlink(t->deny);
	unsetenv(NO_MEMINFO_ENV);
	free(t);
	return 0;
}

void open_source(struct test *t)
{
	if (netdm_ops.open(&t->cfg, &t->source, &t->err) < 0)
		fail_msg("open: %s", t->err.text);
}

/* Must fail, with words that help. */
void assert_refused(struct test *t, int error, const char *words)
{
	assert_int_equal(netdm_ops.open(&t->cfg, &t->source, &t->err), error);
	assert_null(t->source);
	if (!strstr(t->err.text, words))
		fail_msg("\"%s\" does not say \"%s\"", t->err.text, words);
}

void close_source(struct test *t)
{
	t->source = netdm_ops.close(t->source);
}

struct source_stats stats(struct test *t)
{
	struct source_stats s = { 0 };

	netdm_ops.stats(t->source, &s);
	return s;
}

/* One read(). Return: what it returned. */
int read_some(struct test *t, size_t n)
{
	struct drop_event ev[512];
	int r = netdm_ops.read(t->source, ev, n);

	for (int i = 0; i < r; i++) {
		t->packets += ev[i].packets;
		t->out_of_order += ev[i].time_ns <= t->last_time_ns;
		t->last_time_ns = ev[i].time_ns;
	}
	t->events += r > 0 ? (uint64_t)r : 0;
	t->error = r < 0 ? r : t->error;
	return r;
}

void read_all(struct test *t)
{
	while (read_some(t, 512) > 0)
		;
}

uint64_t accounted(struct test *t)
{
	const struct source_stats s = stats(t);

	assert_int_equal(s.packets, t->packets);
	return s.packets + s.lost_socket + s.lost_parse;
}

/* One undisturbed round of questions, so that nothing is under way any more. */
void settle(struct test *t)
{
	const int64_t before = client_get(&t->monitor, "probes");

	until(t, client_get(&t->monitor, "probes") >= before + 3);
}

void deny_joining(struct test *t)
{
	FILE *f = fopen(t->deny, "we");

	assert_non_null(f);
	fclose(f);
}
