/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals that come while the program starts: SIGHUP while main() reads the command line, SIGTERM
 * before anything is opened. EARLY names the one that is wanted. Linked with --wrap. */
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int __real_getopt_long(int argc, char *const argv[], const char *optstring,
		       const struct option *options, int *index);
int __wrap_getopt_long(int argc, char *const argv[], const char *optstring,
		       const struct option *options, int *index);
int __real_sd_listen_fds(int unset_environment);
int __wrap_sd_listen_fds(int unset_environment);

static bool wanted(const char *name)
{
	const char *early = getenv("EARLY");

	return early && strcmp(early, name) == 0;
}

int __wrap_getopt_long(int argc, char *const argv[], const char *optstring,
		       const struct option *options, int *index)
{
	if (wanted("SIGHUP"))
		raise(SIGHUP);
	return __real_getopt_long(argc, argv, optstring, options, index);
}

int __wrap_sd_listen_fds(int unset_environment)
{
	if (wanted("SIGTERM"))
		raise(SIGTERM);
	return __real_sd_listen_fds(unset_environment);
}
