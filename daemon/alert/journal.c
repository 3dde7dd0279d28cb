/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: the last hop of an alert.
 *
 * An entry is one datagram to journald's socket in its native protocol. sd_journal_sendv() does the
 * same, but it blocks while journald does not read, ignores a missing journald, and supports one
 * path only. A nonblocking datagram has three outcomes: it was sent; the queue of the socket is
 * full (journald is slow, stopped or stuck), and then the entry waits here for the next tick, in a
 * queue of 64; nobody listens, and then the sentence is printed on stderr. The kernel looks up the
 * destination of each datagram, so a restarted journald is found again.
 *
 * No thread and no lock are needed.
 *
 * Thread: main.
 */
#include "alert/journal.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "alert/entry.h"
#include "base/log.h"

struct journal {
	int fd;
	struct sockaddr_un address;
	struct alert queue[JOURNAL_QUEUE_MAX]; /* a ring */
	size_t first, n;
	uint64_t lost;
};

enum outcome { SENT, LATER, NOBODY, REFUSED };

int journal_open(const char *path, struct journal **ret, struct err *err)
{
	cleanup(journal_closep) struct journal *j = calloc(1, sizeof(*j));

	if (!j)
		return err_set(err, -ENOMEM, "journal: %m");
	j->fd = -1;
	j->address.sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(j->address.sun_path))
		return err_set(err, -ENAMETOOLONG, "journal socket %s: %m", path);
	memcpy(j->address.sun_path, path, strlen(path) + 1);
	j->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (j->fd < 0)
		return err_set(err, -errno, "cannot create a socket for the journal: %m");
	*ret = take(j);
	return 0;
}

static enum outcome outcome_of(int error)
{
	switch (error) {
	case EAGAIN:
	case ENOBUFS:
	case ENOMEM:
	case EINTR:
		return LATER;
	case ENOENT:
	case ECONNREFUSED:
	case ENOTDIR:
	case EACCES: /* a sandbox that hides it */
	case EPERM:
		return NOBODY;
	default:
		return REFUSED;
	}
}

static enum outcome try_send(const struct journal *j, const struct alert *alert)
{
	char entry[ALERT_ENTRY_MAX];
	size_t len = alert_entry(alert, entry);

	if (sendto(j->fd, entry, len, MSG_DONTWAIT | MSG_NOSIGNAL,
		   (const struct sockaddr *)&j->address, sizeof(j->address)) >= 0)
		return SENT;
	return outcome_of(errno);
}

/* Without a journal the administrator reads stderr. */
static void print_on_stderr(const struct alert *alert)
{
	char sentence[ALERT_SENTENCE_MAX];
	const bool trouble = alert->state != ALERT_CLEARED;
	const bool hint = trouble && alert->hint[0];
	enum log_level level = LOG_LEVEL_INFO;

	if (trouble && alert->priority <= 3)
		level = LOG_LEVEL_ERROR;
	else if (trouble && alert->priority == 4)
		level = LOG_LEVEL_WARNING;
	alert_sentence(alert, sentence);
	log_line(level, "%s%s%s", sentence, hint ? ". " : "", hint ? alert->hint : "");
}

/* Has this entry been dealt with, one way or another? */
static bool deliver(struct journal *j, const struct alert *alert)
{
	switch (try_send(j, alert)) {
	case LATER:
		return false;
	case NOBODY:
		print_on_stderr(alert);
		break;
	case REFUSED:
		j->lost++;
		break;
	case SENT:
		break;
	}
	return true;
}

size_t journal_flush(struct journal *j)
{
	while (j->n > 0 && deliver(j, &j->queue[j->first])) {
		j->first = (j->first + 1) % JOURNAL_QUEUE_MAX;
		j->n--;
	}
	return j->n;
}

void journal_send(struct journal *j, const struct alert *alert)
{
	if (journal_flush(j) == 0 && deliver(j, alert)) /* in order */
		return;
	if (j->n == JOURNAL_QUEUE_MAX) {
		j->first = (j->first + 1) % JOURNAL_QUEUE_MAX;
		j->n--;
		j->lost++;
	}
	j->queue[(j->first + j->n) % JOURNAL_QUEUE_MAX] = *alert;
	j->n++;
}

uint64_t journal_lost(const struct journal *j)
{
	return j->lost;
}

struct journal *journal_close(struct journal *j)
{
	if (!j)
		return NULL;
	if (j->n > 0)
		journal_flush(j);
	if (j->fd >= 0)
		close(j->fd);
	free(j);
	return NULL;
}
