/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program, with a call that fails. FAULT is one of
 *   CALL:N	the N-th call of CALL by the main thread, from daemon_new() to daemon_free(), fails
 *   memory:N	the N-th allocation fails
 *   reload	in the first reload no allocation fails, in the second the first one, and so on
 *   stuck	the http thread hangs in the library
 * Each call that fails is reported on standard error. Linked with --wrap.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <microhttpd.h>
#include <systemd/sd-event.h>

#include "daemon.h"

static _Thread_local bool armed; /* main thread only */
static unsigned int calls;

static bool report(bool fault)
{
	if (fault)
		dprintf(STDERR_FILENO, "FAULT\n");
	return fault;
}

/* Is this call the one that fails? */
static bool fails(const char *call)
{
	const char *fault = getenv("FAULT");
	const size_t len = strlen(call);

	if (!armed || !fault || strncmp(fault, call, len) != 0 || fault[len] != ':')
		return false;
	return report(++calls == strtoul(fault + len + 1, NULL, 10));
}

static unsigned int reloads, allocations;

static bool memory_fails(void)
{
	if (fails("memory"))
		return true;
	return armed && reloads && report(++allocations == reloads - 1);
}

#define WRAP(type, name, ...)                                                                      \
	type __real_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__);                                                           \
	type __wrap_##name(__VA_ARGS__)

WRAP(int, daemon_new, const struct config_options *options, struct config *config,
     struct daemon **ret, struct err *err)
{
	armed = true;
	return __real_daemon_new(options, config, ret, err);
}

/* What the C library does after it is not the program's business. */
WRAP(struct daemon *, daemon_free, struct daemon *daemon)
{
	armed = false;
	return __real_daemon_free(daemon);
}

WRAP(void *, malloc, size_t size)
{
	return memory_fails() ? NULL : __real_malloc(size);
}

WRAP(void *, calloc, size_t n, size_t size)
{
	return memory_fails() ? NULL : __real_calloc(n, size);
}

WRAP(void *, realloc, void *old, size_t size)
{
	return memory_fails() ? NULL : __real_realloc(old, size);
}

/* Called once at the beginning of each reload. */
WRAP(void, notify_reloading, uint64_t now_ns)
{
	const char *fault = getenv("FAULT");

	__real_notify_reloading(now_ns);
	if (fault && strcmp(fault, "reload") == 0)
		reloads++;
	allocations = 0;
}

WRAP(int, eventfd, unsigned int value, int flags)
{
	errno = EMFILE;
	return fails("eventfd") ? -1 : __real_eventfd(value, flags);
}

WRAP(int, pthread_create, pthread_t *ret, const pthread_attr_t *attr, void *(*run)(void *),
     void *arg)
{
	return fails("pthread_create") ? EAGAIN : __real_pthread_create(ret, attr, run, arg);
}

WRAP(int, prctl, int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
	errno = EPERM;
	if (option == PR_SET_NO_NEW_PRIVS && fails("no_new_privs"))
		return -1;
	return __real_prctl(option, a, b, c, d);
}

WRAP(int, sd_event_new, sd_event **ret)
{
	return fails("sd_event_new") ? -EMFILE : __real_sd_event_new(ret);
}

WRAP(int, sd_event_add_signal, sd_event *event, sd_event_source **ret, int number,
     sd_event_signal_handler_t handler, void *arg)
{
	return fails("sd_event_add_signal")
		       ? -EBUSY
		       : __real_sd_event_add_signal(event, ret, number, handler, arg);
}

WRAP(int, sd_event_add_io, sd_event *event, sd_event_source **ret, int fd, uint32_t events,
     sd_event_io_handler_t handler, void *arg)
{
	return fails("sd_event_add_io")
		       ? -ENOSPC
		       : __real_sd_event_add_io(event, ret, fd, events, handler, arg);
}

WRAP(int, sd_event_add_time_relative, sd_event *event, sd_event_source **ret, clockid_t clock,
     uint64_t usec, uint64_t accuracy, sd_event_time_handler_t handler, void *arg)
{
	return fails("sd_event_add_time_relative")
		       ? -EMFILE
		       : __real_sd_event_add_time_relative(event, ret, clock, usec, accuracy,
							   handler, arg);
}

WRAP(int, sd_event_loop, sd_event *event)
{
	return fails("sd_event_loop") ? -EIO : __real_sd_event_loop(event);
}

WRAP(enum MHD_Result, MHD_run, struct MHD_Daemon *library)
{
	const char *fault = getenv("FAULT");

	while (fault && strcmp(fault, "stuck") == 0)
		pause();
	return __real_MHD_run(library);
}
