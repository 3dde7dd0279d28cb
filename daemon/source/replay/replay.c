/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source "replay": a recording of an nlmon device goes through the same parser as live
 * messages, either as fast as the ring takes it or at the recorded speed. It needs neither root nor
 * kernel support.
 *
 * It takes the place of netdm.c at the start of the path. Main opens it, the source thread reads.
 * open() searches up to SEARCH_BYTES of the file for the id of NET_DM's family (see family.c), then
 * starts again at the first frame.
 *
 * A recording also contains control messages, and thus the alert mode and how many packets the
 * kernel's queues lost (the answers to STATS_GET). That is a total since the module was loaded, so
 * its growth between two answers was lost during the recording. The first answer has no
 * predecessor. If at least as many packet messages as one queue holds precede it, the queue may
 * have overflowed within the recording, and the answer counts in full. Otherwise it is the start of
 * counting. So if the only answer comes at the end, the result is an upper bound.
 *
 * A recording does not show losses in the socket of the recorded program. nlmon sees a message once
 * per receiving socket, so with two listeners every drop is recorded twice.
 */
#include "source/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/net_dropmon.h>

#include "base/clock.h"
#include "source/netdm/netdm_parse.h"
#include "source/replay/family.h"
#include "source/replay/recording.h"

/* The kernel's default; drop_monitor.c net_dm_queue_len. */
#define QUEUE_LEN_DEFAULT 1000

/* How much of a file is searched for the family: one or two seconds of reading, during which the
 * program cannot be stopped. */
#define SEARCH_MIB   256
#define SEARCH_BYTES (SEARCH_MIB * (uint64_t)1048576)

/* A read() takes no more frames than this. */
#define FRAMES_PER_READ 4096

/* At recorded speed, longer gaps are shortened to this. */
#define GAP_MAX_NS (3600 * NSEC_PER_SEC)

struct replay {
	struct source source;
	struct recording *recording;
	int fd;			      /* eventfd that is always readable, or timerfd */
	bool paced;		      /* at recorded speed */
	uint16_t family;	      /* of NET_DM; changes if the module is reloaded */
	struct recording_frame frame; /* its messages that are not read yet */
	uint64_t last_ns;	      /* recorded time of the previous frame */
	uint64_t due_ns;	      /* paced: CLOCK_MONOTONIC at which this frame is due */
	struct netdm_tally tally;
	uint64_t packet_messages;
	uint32_t queue_len;
	bool has_base;	      /* there was an answer with the kernel's total */
	uint64_t base;	      /* the kernel's total at which counting began */
	uint64_t lost_before; /* packets: before the kernel's total started again at 0 */
	struct source_stats stats;
};

static struct replay *replay_of(const struct source *s)
{
	return (struct replay *)s;
}

static struct replay *replay_free(struct replay *r)
{
	if (!r)
		return NULL;
	recording_close(r->recording);
	if (r->fd >= 0)
		close(r->fd);
	free(r);
	return NULL;
}

DEFINE_CLEANUP(struct replay *, replay_free);

/* In the other byte order, a small length becomes a huge one. */
static bool is_foreign(struct bytes frame)
{
	return frame.len >= NLMSG_HDRLEN && attr_u32(frame.at) > frame.len &&
	       __builtin_bswap32(attr_u32(frame.at)) <= frame.len;
}

static int family_unknown(const struct recording *r, bool foreign, const char *path,
			  struct err *err)
{
	if (foreign)
		return err_set(err, -EPROTO,
			       "%s: recorded on a machine of the other byte order; netlink "
			       "messages can be read on a machine of their own order only",
			       path);
	if (*recording_damage(r))
		return err_set(err, -EPROTO, "%s: %s, and nothing before that is NET_DM's", path,
			       recording_damage(r));
	return err_set(err, -ENOMSG,
		       "%s: no message of NET_DM in its first %d MiB: neither its family's number "
		       "(a reply to GETFAMILY) nor a summary or packet message",
		       path, SEARCH_MIB);
}

/* Search the file for the id of NET_DM's family. */
static int find_family(struct replay *r, const char *path, struct err *err)
{
	struct family_votes votes = { 0 };
	struct recording_frame frame;
	struct bytes msg;
	bool foreign = false;
	int rc;

	while (!r->family && recording_offset(r->recording) < SEARCH_BYTES &&
	       recording_next(r->recording, &frame) > 0) {
		foreign |= is_foreign(frame.messages);
		while (!r->family && family_message_next(&frame.messages, &msg)) {
			r->family = family_id(msg);
			family_vote(&votes, msg);
		}
	}
	if (!r->family)
		r->family = family_elected(&votes);
	if (!r->family)
		return family_unknown(r->recording, foreign, path, err);
	rc = recording_rewind(r->recording);
	return rc ? err_set(err, rc, "%s: cannot read it again: %m", path) : 0;
}

/* Paced: fd() becomes readable at this CLOCK_MONOTONIC. */
static void set_due_time(const struct replay *r, uint64_t due_ns)
{
	struct itimerspec at = {
		.it_value = { .tv_sec = (time_t)(due_ns / NSEC_PER_SEC),
			      .tv_nsec = (long)(due_ns % NSEC_PER_SEC) },
	};

	if (r->paced)
		timerfd_settime(r->fd, TFD_TIMER_ABSTIME, &at, NULL);
}

static int replay_open(const struct config_source *cfg, struct source **ret, struct err *err)
{
	cleanup(replay_freep) struct replay *r = calloc(1, sizeof(*r));
	int rc;

	if (!r)
		return err_set(err, -ENOMEM, "replay: out of memory");
	r->source.ops = &replay_ops;
	r->paced = cfg->replay.speed == REPLAY_RECORDED;
	r->queue_len = QUEUE_LEN_DEFAULT;
	r->stats = (struct source_stats){ .source = SOURCE_NAME_REPLAY, .up = true };
	r->fd = r->paced ? timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)
			 : eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
	if (r->fd < 0)
		return err_set(err, -errno, "replay: no file descriptor to wait on: %m");
	rc = recording_open(cfg->replay.file, &r->recording, err);
	if (!rc)
		rc = find_family(r, cfg->replay.file, err);
	if (rc)
		return rc;
	set_due_time(r, 1); /* in the past: the first read() is due */
	*ret = &take(r)->source;
	return 0;
}

static int replay_fd(const struct source *s)
{
	return replay_of(s)->fd;
}

/* The u64 of this type inside a nest; 0 if there is none. */
static uint64_t nested_u64(struct bytes nest, uint16_t type)
{
	uint64_t v = 0;
	struct attr a;

	while (attr_next(&nest, &a))
		if (a.type == type && a.data.len >= sizeof(v))
			v = attr_u64(a.data.at);
	return v;
}

static void on_stats(struct replay *r, struct bytes attrs)
{
	uint64_t total = 0;
	struct attr a;

	while (attr_next(&attrs, &a))
		if (a.type == NET_DM_ATTR_STATS || a.type == NET_DM_ATTR_HW_STATS)
			total += nested_u64(a.data, NET_DM_ATTR_STATS_DROPPED);
	if (!r->has_base) {
		r->has_base = true;
		r->base = r->packet_messages >= r->queue_len ? 0 : total;
	} else if (total < r->base + (r->stats.lost[LOST_KERNEL_QUEUE] - r->lost_before)) {
		r->lost_before = r->stats.lost[LOST_KERNEL_QUEUE]; /* the module was loaded again */
		r->base = 0;
	}
	r->stats.lost[LOST_KERNEL_QUEUE] = r->lost_before + total - r->base;
}

static void on_config(struct replay *r, struct bytes attrs)
{
	struct attr a;

	while (attr_next(&attrs, &a)) {
		if (a.type == NET_DM_ATTR_ALERT_MODE && a.data.len >= 1)
			r->stats.mode = a.data.at[0] == NET_DM_ALERT_MODE_PACKET ? MODE_PACKET
										 : MODE_SUMMARY;
		else if (a.type == NET_DM_ATTR_QUEUE_LEN && a.data.len >= sizeof(uint32_t))
			r->queue_len = attr_u32(a.data.at);
	}
}

/* What the messages say about the drop monitor itself. */
static void on_message(struct replay *r, struct bytes msg)
{
	uint16_t type = attr_u16(msg.at + offsetof(struct nlmsghdr, nlmsg_type));
	uint16_t flags = attr_u16(msg.at + offsetof(struct nlmsghdr, nlmsg_flags));
	uint16_t id = family_id(msg);

	if (id)
		r->family = id;
	if (type != r->family || flags & NLM_F_REQUEST || msg.len < NLMSG_HDRLEN + GENL_HDRLEN)
		return;
	if (msg.len > attr_u32(msg.at))
		msg.len = attr_u32(msg.at);
	switch (msg.at[NLMSG_HDRLEN]) {
	case NET_DM_CMD_ALERT:
		r->stats.mode = MODE_SUMMARY;
		break;
	case NET_DM_CMD_PACKET_ALERT:
		r->stats.mode = MODE_PACKET;
		r->packet_messages++;
		break;
	case NET_DM_CMD_CONFIG_NEW:
		on_config(r, bytes_skip(msg, NLMSG_HDRLEN + GENL_HDRLEN));
		break;
	case NET_DM_CMD_STATS_NEW:
		on_stats(r, bytes_skip(msg, NLMSG_HDRLEN + GENL_HDRLEN));
		break;
	default:
		break;
	}
}

static void finish(struct replay *r)
{
	const char *damage = recording_damage(r->recording);

	r->stats.finished = true;
	if (*damage) {
		r->tally.lost_parse++; /* at least one record; how many is unknown */
		r->stats.up = false;
		snprintf(r->stats.trouble, sizeof(r->stats.trouble),
			 "the recording is damaged at %s; what comes before it is counted", damage);
	}
	set_due_time(r, 1); /* in the past, so that read() is called once more */
}

/* Read a frame and determine when it is due. One without messages is due at once. */
static bool next_frame(struct replay *r, uint64_t now_ns)
{
	uint64_t gap_ns = 0;

	if (recording_next(r->recording, &r->frame) <= 0) {
		finish(r);
		return false;
	}
	if (!r->frame.messages.len)
		return true;
	if (r->last_ns && r->frame.time_ns > r->last_ns)
		gap_ns = r->frame.time_ns - r->last_ns;
	r->last_ns = r->frame.time_ns;
	r->due_ns = (r->due_ns ? r->due_ns : now_ns) + (gap_ns < GAP_MAX_NS ? gap_ns : GAP_MAX_NS);
	return true;
}

/* The messages of the current frame, as far as there is room for their events. */
static size_t read_frame(struct replay *r, struct drop_event *ev, size_t n)
{
	struct bytes msg;
	size_t done = 0;

	while (n - done >= NETDM_POINTS_MAX && family_message_next(&r->frame.messages, &msg)) {
		on_message(r, msg);
		done += netdm_parse(msg.at, msg.len, r->family, r->frame.time_ns, ev + done,
				    &r->tally);
	}
	return done;
}

static int replay_read(struct source *s, struct drop_event *ev, size_t n)
{
	struct replay *r = replay_of(s);
	uint64_t now_ns = clock_monotonic_ns();
	size_t done = 0;

	for (int frames = 0; frames < FRAMES_PER_READ && n - done >= NETDM_POINTS_MAX; frames++) {
		if (r->frame.messages.len < NLMSG_HDRLEN &&
		    (r->stats.finished || !next_frame(r, now_ns)))
			break;
		if (r->paced && r->due_ns > now_ns) {
			set_due_time(r, r->due_ns);
			break;
		}
		done += read_frame(r, ev + done, n - done);
	}
	r->stats.events += done;
	return done || !r->stats.finished ? (int)done : -ENODATA;
}

static void replay_stats(struct source *s, struct source_stats *ret)
{
	const struct replay *r = replay_of(s);

	*ret = r->stats;
	ret->packets = r->tally.packets;
	ret->lost[LOST_PARSE] = r->tally.lost_parse;
	ret->summary_full = r->tally.summary_full;
	ret->napi_notes = r->tally.napi_notes;
}

static struct source *replay_close(struct source *s)
{
	replay_free(s ? replay_of(s) : NULL);
	return NULL;
}

const struct source_ops replay_ops = {
	.name = SOURCE_NAME_REPLAY,
	.keeps = true,
	.open = replay_open,
	.fd = replay_fd,
	.read = replay_read,
	.stats = replay_stats,
	.close = replay_close,
};
