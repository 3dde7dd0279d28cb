/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line. main() returns the exit code. */
#include <fcntl.h>
#include <getopt.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "check.h"
#include "config/config_print.h"
#include "daemon.h"
#include "revision.h"
#include "service/budget.h"

static const char usage[] =
	"Usage: dropwatchd [OPTION]...\n"
	"Report where and why the kernel drops packets, as Prometheus metrics.\n"
	"\n"
	"  --config FILE                 read the configuration from FILE\n"
	"                                (default " DROPWATCH_CONFIG_FILE ", if it exists)\n"
	"  --check-config                check the configuration, print every error, and exit\n"
	"  --print-config                print the effective configuration as YAML, and exit\n"
	"  --source SOURCE               auto, netdm, tracepoint, or replay:FILE\n"
	"  --web.listen-address LIST     numeric ADDRESS:PORT, separated by commas\n"
	"                                (default 127.0.0.1:10059,[::1]:10059)\n"
	"  --log.level LEVEL             error, warning, info, or debug\n"
	"  --version                     print the version and the git revision, and exit\n"
	"  -h, --help                    print this help, and exit\n"
	"\n"
	"Options override the file, including after a reload.\n"
	"SIGHUP reloads the configuration, SIGTERM and SIGINT stop dropwatchd.\n"
	"Documentation: man 8 dropwatchd, man 5 dropwatchd.yaml\n";

enum action {
	ACTION_RUN,
	ACTION_CHECK,
	ACTION_PRINT,
	ACTION_VERSION,
	ACTION_HELP,
	ACTION_BAD_USAGE
};

static enum action parse_arguments(int argc, char **argv, struct config_options *o)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check-config", no_argument, NULL, 'k' },
		{ "print-config", no_argument, NULL, 'p' },
		{ "source", required_argument, NULL, 's' },
		{ "web.listen-address", required_argument, NULL, 'w' },
		{ "log.level", required_argument, NULL, 'l' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	enum action action = ACTION_RUN;
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
		switch (c) {
		case 'c':
			o->path = optarg;
			break;
		case 's':
			o->source = optarg;
			break;
		case 'w':
			o->listen = optarg;
			break;
		case 'l':
			o->log_level = optarg;
			break;
		case 'k':
			action = ACTION_CHECK;
			break;
		case 'p':
			action = ACTION_PRINT;
			break;
		case 'v':
			return ACTION_VERSION;
		case 'h':
			return ACTION_HELP;
		default:
			return ACTION_BAD_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "dropwatchd: unexpected argument '%s'\n", argv[optind]);
		return ACTION_BAD_USAGE;
	}
	return action;
}

/* One line, since a service manager tries again and each attempt is logged. */
static void log_first_error(const struct config_errors *errors)
{
	const int len = (int)strcspn(errors->text, "\n");

	if (errors->count > 1)
		log_error("%.*s (and %zu more: \"dropwatchd --check-config\" lists them)", len,
			  errors->text, errors->count - 1);
	else
		log_error("%.*s", len, errors->text);
}

static void print_errors(const struct config_errors *errors)
{
	fputs(errors->text, stderr);
	fprintf(stderr, "dropwatchd: %zu error%s in the configuration\n", errors->count,
		errors->count == 1 ? "" : "s");
}

static const char *origin_of(const struct config *config)
{
	return config->path[0] ? config->path : "built-in defaults";
}

static int print_config(const struct config *config)
{
	printf("# dropwatchd " DROPWATCH_VERSION ", effective configuration: %s\n"
	       "# A reload applies what is marked live. The rest requires a restart.\n\n",
	       origin_of(config));
	config_print(config, stdout);
	if (fflush(stdout) == 0)
		return 0;
	log_error("cannot write to standard output: %m");
	return 1;
}

static int check_memory(const struct config *config, struct err *err)
{
	struct budget_limit limit;

	budget_limit("/proc/self/cgroup", "/sys/fs/cgroup", &limit);
	if (budget_check(config, &limit, err) == 0)
		return 0;
	return err_prefix(err, "%s", origin_of(config));
}

static int run_action(struct config_options *options, enum action action)
{
	cleanup(config_unrefp) struct config *config = NULL;
	cleanup(daemon_freep) struct daemon *daemon = NULL;
	cleanup(freep) struct config_errors *errors = calloc(1, sizeof(*errors));
	struct err err = { 0 };

	if (!errors) {
		log_error("out of memory");
		return 1;
	}
	if (config_load(options, &config, errors) < 0) {
		if (action == ACTION_RUN)
			log_first_error(errors);
		else
			print_errors(errors);
		return 1;
	}
	if (action == ACTION_PRINT)
		return print_config(config);
	if (check_memory(config, &err) < 0) {
		log_error("%s", err.text);
		return 1;
	}
	if (action == ACTION_CHECK) {
		check_rules(config);
		printf("%s: valid\n", origin_of(config));
		return 0;
	}
	log_set_level(config->log_level);
	if (daemon_new(options, take(config), &daemon, &err) < 0) {
		log_error("%s", err.text);
		return 1;
	}
	return daemon_run(daemon);
}

/* The next file or socket to be opened would get the number of a closed standard descriptor, and
 * the log would be written into it. */
static bool open_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return false;
	return true;
}

int main(int argc, char **argv)
{
	struct config_options options = { .default_path = DROPWATCH_CONFIG_FILE };
	enum action action;

	daemon_block_signals();
	if (!open_standard_descriptors()) {
		log_error("cannot open /dev/null in place of a closed standard descriptor: %m");
		return 1;
	}
	/* Snapshots and configurations are allocated by one thread and freed by another, a few
	 * times a second. An arena for each thread would only need more memory. */
	mallopt(M_ARENA_MAX, 1);
	action = parse_arguments(argc, argv, &options);
	switch (action) {
	case ACTION_VERSION:
		puts("dropwatchd " DROPWATCH_VERSION " (revision " DROPWATCH_REVISION ")");
		return 0;
	case ACTION_HELP:
		fputs(usage, stdout);
		return 0;
	case ACTION_BAD_USAGE:
		fputs("Try 'dropwatchd --help'.\n", stderr);
		return 2;
	case ACTION_RUN:
	case ACTION_CHECK:
	case ACTION_PRINT:
		break;
	}
	return run_action(&options, action);
}
