/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A SIGHUP that comes while main() reads the command line. Linked with --wrap=getopt_long. */
#include <getopt.h>
#include <signal.h>

int __real_getopt_long(int argc, char *const argv[], const char *optstring,
		       const struct option *options, int *index);
int __wrap_getopt_long(int argc, char *const argv[], const char *optstring,
		       const struct option *options, int *index);

int __wrap_getopt_long(int argc, char *const argv[], const char *optstring,
		       const struct option *options, int *index)
{
	raise(SIGHUP);
	return __real_getopt_long(argc, argv, optstring, options, index);
}
