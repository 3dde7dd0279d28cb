/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int spawn(pid_t *pid, const char *program, int in, int out)
{
	char *argv[] = { (char *)program, NULL };
	posix_spawn_file_actions_t actions;
	int r;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	r = posix_spawn(pid, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

/* Return: "packets=" or 0, -EIO at "error" or at the end. */
static int64_t read_reply(struct client *c, char *line, size_t size)
{
	const char *packets;

	if (!fgets(line, (int)size, c->out) || strncmp(line, "ok", 2) != 0)
		return -EIO;
	packets = strstr(line, " packets=");
	return packets ? strtoll(packets + strlen(" packets="), NULL, 10) : 0;
}

int client_start(struct client *c, const char *program)
{
	char line[256];
	int in[2], out[2], r;

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		return -errno;
	r = spawn(&c->pid, program, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	c->in = fdopen(in[1], "we");
	c->out = fdopen(out[0], "re");
	if (r < 0)
		return r;
	setvbuf(c->in, NULL, _IOLBF, 0);
	return (int)read_reply(c, line, sizeof(line));
}

static int64_t ask(struct client *c, char *line, size_t size, const char *fmt, va_list ap)
{
	vfprintf(c->in, fmt, ap);
	fputc('\n', c->in);
	fflush(c->in);
	return read_reply(c, line, size);
}

int64_t client_do(struct client *c, const char *fmt, ...)
{
	char line[2048];
	va_list ap;
	int64_t r;

	va_start(ap, fmt);
	r = ask(c, line, sizeof(line), fmt, ap);
	va_end(ap);
	return r;
}

int64_t client_get(struct client *c, const char *key)
{
	char line[2048], word[64];
	const char *at;

	fputs("get\n", c->in);
	fflush(c->in);
	if (read_reply(c, line, sizeof(line)) < 0)
		return -EIO;
	snprintf(word, sizeof(word), " %s=", key);
	at = strstr(line, word);
	return at ? strtoll(at + strlen(word), NULL, 10) : -ENOENT;
}

void client_stop(struct client *c)
{
	fclose(c->in);
	fclose(c->out);
	waitpid(c->pid, NULL, 0);
}
