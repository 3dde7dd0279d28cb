/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who runs the drop monitor. Opened by main, then looked after by the source thread.
 *
 * NET_DM has one state for the whole host. It has no owner: it goes on after the program that
 * started it died, anybody with CAP_NET_ADMIN can stop it, and nobody is told. So the session asks
 * once a second, and each question is chosen so that a healthy monitor is not changed by it:
 *
 *   START              -EAGAIN: it is on. 0: whoever had started it, we or another program, it was
 *                      stopped; now we have started it, and it may be set up otherwise: it is
 *                      stopped, set up, started. Software and hardware drops are two halves that
 *                      are started and stopped apart, so each that is wanted is asked for.
 *   CONFIG_GET         If it says other than when we started, another program took over (nothing
 *                      can be set while it runs), and is left in peace from then on.
 *   STATS_GET          What the queues lost.
 *
 * Some kernels (SONiC's) count references: START always answers 0, and each START takes a STOP to
 * undo. So a START that answered 0 is asked once more. If that answers 0, too, it is taken back,
 * and from then on the question is a CONFIG that would change something: -EBUSY: it is on. 0: it
 * was off; what was changed is put back. That is no question for other kernels, since -EBUSY means
 * that one of the halves is on, and not which.
 *
 * Each time that the monitor was off, or may have been, netdm_blind.c counts how long. What cannot
 * be seen is a STOP and a START by another program between two questions that leaves the settings
 * as they are.
 *
 * After its module was reloaded the family has another id: the old one yields -ENOENT, and the
 * kernel has silently taken the membership away. Then it is found and joined again. That takes
 * CAP_SYS_ADMIN, which the daemon may have given up: then the session is broken for good, and a
 * restart of the daemon mends it. Its mark tells the next one since when nothing is heard.
 *
 * What was asked for and cannot be had, hardware drops or packet mode, is refused at open: nobody
 * would notice that it is missing.
 *
 * We stop only what we started, and only if nobody else hears it: whoever does may have stopped and
 * started it between two questions. A monitor left on by a daemon that was killed is ours if that
 * one left its mark, as under systemd, and nobody else hears it; else it counts as another's, is
 * listened to, and left on.
 *
 * Source: net/core/drop_monitor.c net_dm_cmd_config(), net_dm_cmd_trace(),
 * net_dm_cmd_stats_get(), Linux 7.2-rc5 and 6.1.
 */
#include "source/netdm/netdm_session.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/net_dropmon.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "source/netdm/netdm_blind.h"
#include "source/netdm/netdm_ctl.h"
#include "source/netdm/netdm_mark.h"

#define OPEN_NS	    (3 * NSEC_PER_SEC) /* the whole opening may take so long */
#define ROUND_NS    NSEC_PER_SEC       /* between two rounds of questions */
#define LATE_NS	    (5 * NSEC_PER_SEC) /* without an answer before we say so, and ask anew */
#define ANSWERS_MAX 64		       /* taken in one go */

enum state {
	SEEKING,  /* the module is not there, as far as we know */
	STARTING, /* set up and started, not all of it answered yet */
	ON,	  /* as of the last answers */
	SILENT,	  /* it was on, and that cannot be asked any more */
	BROKEN,	  /* for good */
};

/* What START does while it is on. */
enum kernel { KERNEL_UNKNOWN, KERNEL_REFUSES, KERNEL_COUNTS };

enum { SOFTWARE, HARDWARE, HALVES };

enum whose { NOBODYS, OURS, OTHERS };

/* Software or hardware drops. */
struct half {
	bool wanted; /* immutable */
	enum whose whose;
	int probed;	      /* what the last START yielded that was to find it on */
	uint64_t queue_drops; /* the kernel's counter as last seen */
};

static const struct {
	enum netdm_ask start, probe, stop;
} half_asks[HALVES] = {
	[SOFTWARE] = { NETDM_ASK_START_SW, NETDM_ASK_PROBE_SW, NETDM_ASK_STOP_SW },
	[HARDWARE] = { NETDM_ASK_START_HW, NETDM_ASK_PROBE_HW, NETDM_ASK_STOP_HW },
};

#define BIT(ask) (1u << (ask))
#define STARTS	 (BIT(NETDM_ASK_START_SW) | BIT(NETDM_ASK_START_HW))
#define PROBES	 (BIT(NETDM_ASK_PROBE_SW) | BIT(NETDM_ASK_PROBE_HW))

struct netdm_session {
	struct config_netdm cfg;     /* immutable */
	struct netdm_events *events; /* immutable pointer */
	struct netdm_ctl *ctl;	     /* immutable pointer */
	enum state state;	     /* main, then the source thread, as all below */
	enum kernel kernel;
	struct half halves[HALVES];
	struct netdm_blind blind;
	struct netdm_answer set; /* the last CONFIG_GET … */
	bool set_known;		 /* … since it was started */
	bool have_queue_drops;
	bool shared;	      /* as of the last round another socket hears it as well */
	uint16_t family;      /* 0: being looked for */
	unsigned int awaited; /* bits of enum netdm_ask */
	uint64_t now_ns;      /* of this upkeep */
	uint64_t asked_ns;    /* of the last round */
	uint64_t lost_kernel_queue;
	uint64_t restarts[RESTART_CAUSES];
	struct err trouble; /* why it is not on */
};

/* The first start has to succeed at once; after it everything is tried again. */
static bool opened(const struct netdm_session *s)
{
	return s->blind.proven_ns != 0;
}

static void break_down(struct netdm_session *s, enum netdm_ask ask, int error)
{
	s->state = BROKEN;
	netdm_blind_begin(&s->blind);
	netdm_ctl_explain(ask, error, &s->trouble);
}

/* While open the kernel is asked again in a later round, so a failure to ask is like no answer. */
static void ask_with(struct netdm_session *s, enum netdm_ask what, const struct config_netdm *cfg)
{
	int r = netdm_ctl_send(s->ctl, what, s->family, cfg);

	s->awaited |= BIT(what);
	if (r < 0 && !opened(s))
		break_down(s, what, r);
}

static void ask(struct netdm_session *s, enum netdm_ask what)
{
	ask_with(s, what, &s->cfg);
}

static void ask_queue_length(struct netdm_session *s, enum netdm_ask what, uint32_t length)
{
	struct config_netdm cfg = s->cfg;

	cfg.queue_length = length;
	ask_with(s, what, &cfg);
}

static void write_mark(const struct netdm_session *s)
{
	netdm_mark_write(s->cfg.mark_dir,
			 &(struct netdm_mark){ .software = s->halves[SOFTWARE].whose == OURS,
					       .hardware = s->halves[HARDWARE].whose == OURS,
					       .blind_since_ns = s->blind.since_ns });
}

/* From the top: what is on is stopped if it is ours, since nothing can be set while it runs. */
static void begin(struct netdm_session *s)
{
	s->state = STARTING;
	netdm_blind_begin(&s->blind);
	for (int i = 0; i < HALVES; i++) {
		if (s->halves[i].whose == OURS)
			ask(s, half_asks[i].stop);
		s->halves[i].whose = NOBODYS;
	}
	ask(s, NETDM_ASK_CONFIG);
}

static void look_for_family(struct netdm_session *s)
{
	s->family = 0;
	s->state = SEEKING;
	netdm_blind_begin(&s->blind);
	s->halves[SOFTWARE].whose = s->halves[HARDWARE].whose = NOBODYS;
	write_mark(s); /* whatever will be on next, it is not what we left on */
	err_set(&s->trouble, -ENOENT, "the drop_monitor module was unloaded; looking for it again");
	ask(s, NETDM_ASK_FAMILY);
}

static int join(struct netdm_session *s, uint32_t group)
{
	int r = netdm_events_join(s->events, group);

	if (r == -EPERM)
		return err_set(
			&s->trouble, r,
			"cannot join NET_DM's group 'events': since Linux 6.7 (and 6.6.7, 6.1.68, "
			"5.15.143, 5.10.204, 5.4.264) it takes CAP_SYS_ADMIN in the host's user "
			"namespace; %s",
			opened(s) ? "restart dropwatchd"
				  : "run as root, or with AmbientCapabilities=CAP_SYS_ADMIN "
				    "CAP_NET_ADMIN");
	if (r < 0)
		return err_set(&s->trouble, r, "cannot join NET_DM's group 'events': %m");
	return 0;
}

static void on_family(struct netdm_session *s, const struct netdm_answer *a)
{
	if (a->error || !a->family) {
		netdm_ctl_explain(a->ask, a->error ? a->error : -EPROTO, &s->trouble);
		s->state = opened(s) ? SEEKING : BROKEN; /* later it may come back */
		return;
	}
	s->family = a->family;
	if (join(s, a->group) < 0) {
		s->state = BROKEN;
		return;
	}
	if (netdm_events_shared(s->events)) /* what the mark says may not be so any more */
		s->halves[SOFTWARE].whose = s->halves[HARDWARE].whose = NOBODYS;
	if (opened(s)) {
		s->restarts[RESTART_RELOADED]++;
		s->halves[SOFTWARE].queue_drops = 0; /* a new module counts from 0 */
		s->halves[HARDWARE].queue_drops = 0;
	}
	ask(s, NETDM_ASK_STATS);
	begin(s);
}

/* Before Linux 5.4 nothing can be set, summary is what there is, and START means software drops. */
static void on_config(struct netdm_session *s, const struct netdm_answer *a)
{
	const bool old = a->error == -EOPNOTSUPP && s->cfg.alert_mode == ALERT_MODE_SUMMARY;

	if (a->error && a->error != -EBUSY && !old) {
		break_down(s, a->ask, a->error);
		return;
	}
	if (old && s->halves[HARDWARE].wanted) { /* START would not even say that it knows none */
		break_down(s, NETDM_ASK_START_HW, -EOPNOTSUPP);
		return;
	}
	for (int i = 0; i < HALVES; i++)
		if (s->halves[i].wanted)
			ask(s, half_asks[i].start);
}

/* -EAGAIN: another program started it. */
static void on_start(struct netdm_session *s, const struct netdm_answer *a, struct half *half)
{
	if (a->error && a->error != -EAGAIN) {
		break_down(s, a->ask, a->error);
		return;
	}
	half->whose = a->error ? OTHERS : OURS;
	half->probed = -EAGAIN;
	if (a->error)
		s->kernel = KERNEL_REFUSES;
	if (s->awaited & STARTS)
		return;
	s->state = ON;
	s->set_known = false;
	netdm_blind_proof(&s->blind, s->now_ns, s->now_ns);
	write_mark(s);
	ask(s, NETDM_ASK_CONFIG_GET);
	if (s->kernel == KERNEL_UNKNOWN)
		ask(s, half_asks[half - s->halves].probe);
}

static bool same_setting(const struct netdm_answer *a, const struct netdm_answer *b)
{
	return a->alert_mode == b->alert_mode && a->truncate_bytes == b->truncate_bytes &&
	       a->queue_length == b->queue_length;
}

/* It was off meanwhile, since nothing can be set while it is on; so nothing is ours any more. */
static void on_taken_over(struct netdm_session *s)
{
	netdm_blind_begin(&s->blind);
	netdm_blind_interrupted(&s->blind, s->now_ns);
	for (int i = 0; i < HALVES; i++)
		s->halves[i].whose = s->halves[i].wanted ? OTHERS : NOBODYS;
	write_mark(s);
}

static void on_config_get(struct netdm_session *s, const struct netdm_answer *a)
{
	if (a->error)
		return; /* before Linux 5.4: summary mode, which is 0 */
	if (s->set_known && (s->state == ON || s->state == SILENT) && !same_setting(a, &s->set))
		on_taken_over(s);
	s->set_known = true;
	s->set = *a;
	if (a->alert_mode == NET_DM_ALERT_MODE_SUMMARY)
		netdm_events_expect(s->events, 0);
	else
		netdm_events_expect(s->events, a->truncate_bytes ? a->truncate_bytes : UINT32_MAX);
}

/* The counter lives as long as the module: what it says at first was before our time. */
static void on_queue_drops(struct netdm_session *s, struct half *half, uint64_t queue_drops)
{
	if (s->have_queue_drops && half->wanted)
		s->lost_kernel_queue += queue_drops >= half->queue_drops
						? queue_drops - half->queue_drops
						: queue_drops;
	half->queue_drops = queue_drops;
}

static void on_stats(struct netdm_session *s, const struct netdm_answer *a)
{
	if (a->error)
		return;
	on_queue_drops(s, &s->halves[SOFTWARE], a->queue_drops);
	on_queue_drops(s, &s->halves[HARDWARE], a->hw_queue_drops);
	s->have_queue_drops = true;
}

/* It may be on, but that is not known. The text of the trouble is there. */
static void fall_silent(struct netdm_session *s)
{
	s->state = SILENT;
	netdm_blind_begin(&s->blind);
}

static void on_stopped(struct netdm_session *s)
{
	s->restarts[RESTART_STOPPED]++;
	netdm_blind_interrupted(&s->blind, s->now_ns);
	err_set(&s->trouble, -EAGAIN,
		"another program stopped the drop monitor; it is being started again");
	begin(s);
}

/*
 * Once both halves are known: what our questions started is stopped with the rest before it is set
 * up. Any other error (-EPERM: the capability was given up) tells nothing.
 */
static void judge_probes(struct netdm_session *s)
{
	for (int i = 0; i < HALVES; i++) {
		if (s->halves[i].wanted && s->halves[i].probed == 0) {
			on_stopped(s);
			return;
		}
	}
	for (int i = 0; i < HALVES; i++) {
		if (s->halves[i].wanted && s->halves[i].probed != -EAGAIN) {
			netdm_ctl_explain(half_asks[i].probe, s->halves[i].probed, &s->trouble);
			fall_silent(s);
			return;
		}
	}
	s->state = ON;
	netdm_blind_proof(&s->blind, s->asked_ns, s->now_ns);
}

static void probe_config(struct netdm_session *s)
{
	ask_queue_length(s, NETDM_ASK_PROBE_CONFIG, s->set.queue_length + 1);
}

/* 0: all references are gone, ours with them. */
static void on_probe_config(struct netdm_session *s, const struct netdm_answer *a)
{
	if (s->state != ON && s->state != SILENT)
		return;
	if (!a->error) {
		ask_queue_length(s, NETDM_ASK_RESTORE, s->set.queue_length);
		s->kernel = KERNEL_UNKNOWN;
		s->halves[SOFTWARE].whose = s->halves[HARDWARE].whose = NOBODYS;
		on_stopped(s);
	} else if (a->error == -EBUSY) {
		s->state = ON;
		netdm_blind_proof(&s->blind, s->asked_ns, s->now_ns);
	} else {
		netdm_ctl_explain(a->ask, a->error, &s->trouble);
		fall_silent(s);
	}
}

/* The second START in a row that answered 0: it was one too many. */
static void on_counting_kernel(struct netdm_session *s, struct half *half)
{
	s->kernel = KERNEL_COUNTS;
	ask(s, half_asks[half - s->halves].stop);
	probe_config(s);
}

static void on_probe(struct netdm_session *s, const struct netdm_answer *a, struct half *half)
{
	if (s->state != ON && s->state != SILENT)
		return;
	if (!a->error && s->kernel != KERNEL_REFUSES) {
		on_counting_kernel(s, half);
		return;
	}
	if (a->error == -EAGAIN)
		s->kernel = KERNEL_REFUSES;
	half->probed = a->error;
	if (!a->error)
		half->whose = OURS;
	if (!(s->awaited & PROBES))
		judge_probes(s);
}

static void on_answer(struct netdm_session *s, const struct netdm_answer *a)
{
	s->awaited &= ~BIT(a->ask);
	if (a->error == -ENOENT && a->ask != NETDM_ASK_FAMILY) {
		if (s->family)
			look_for_family(s);
		return;
	}
	switch (a->ask) {
	case NETDM_ASK_FAMILY:
		on_family(s, a);
		break;
	case NETDM_ASK_CONFIG:
		on_config(s, a);
		break;
	case NETDM_ASK_START_SW:
		on_start(s, a, &s->halves[SOFTWARE]);
		break;
	case NETDM_ASK_START_HW:
		on_start(s, a, &s->halves[HARDWARE]);
		break;
	case NETDM_ASK_CONFIG_GET:
		on_config_get(s, a);
		break;
	case NETDM_ASK_STATS:
		on_stats(s, a);
		break;
	case NETDM_ASK_PROBE_SW:
		on_probe(s, a, &s->halves[SOFTWARE]);
		break;
	case NETDM_ASK_PROBE_HW:
		on_probe(s, a, &s->halves[HARDWARE]);
		break;
	case NETDM_ASK_PROBE_CONFIG:
		on_probe_config(s, a);
		break;
	default: /* STOP always succeeds */
		break;
	}
}

static void take_answers(struct netdm_session *s)
{
	struct netdm_answer a;

	for (int i = 0; i < ANSWERS_MAX && s->state != BROKEN; i++) {
		if (netdm_ctl_recv(s->ctl, &a) <= 0)
			return;
		on_answer(s, &a);
	}
}

static void ask_around(struct netdm_session *s)
{
	if (!netdm_events_joined(s->events)) {
		look_for_family(s);
		return;
	}
	s->shared = netdm_events_shared(s->events);
	ask(s, NETDM_ASK_STATS);
	ask(s, NETDM_ASK_CONFIG_GET);
	if (s->kernel == KERNEL_COUNTS) {
		probe_config(s);
		return;
	}
	for (int i = 0; i < HALVES; i++)
		if (s->halves[i].wanted)
			ask(s, half_asks[i].probe);
}

static void next_round(struct netdm_session *s)
{
	if (s->awaited && s->now_ns - s->asked_ns < LATE_NS)
		return;
	if (s->awaited && s->state == ON) {
		err_set(&s->trouble, -ETIMEDOUT, "NET_DM does not answer");
		fall_silent(s);
	}
	s->awaited = 0;
	s->asked_ns = s->now_ns;
	if (s->state == SEEKING)
		look_for_family(s);
	else if (s->state == STARTING)
		begin(s);
	else
		ask_around(s);
}

int netdm_session_upkeep(struct netdm_session *s, uint64_t now_ns)
{
	s->now_ns = now_ns;
	if (s->awaited)
		take_answers(s);
	if (now_ns - s->asked_ns >= ROUND_NS && s->state != BROKEN) {
		next_round(s);
		take_answers(s);
	}
	return s->state == BROKEN ? s->trouble.code : 0;
}

int netdm_session_opening(struct netdm_session *s, uint64_t now_ns, struct err *err)
{
	const int r = netdm_session_upkeep(s, now_ns);

	if (r < 0)
		return err_set(err, r, "%s", s->trouble.text);
	if (s->state == ON && !s->awaited)
		return 0;
	if (now_ns - s->asked_ns >= OPEN_NS)
		return err_set(err, -ETIMEDOUT, "NET_DM has not answered for %d s",
			       (int)(OPEN_NS / NSEC_PER_SEC));
	return 1;
}

static void take_over_mark(struct netdm_session *s)
{
	const struct netdm_mark mark = netdm_mark_read(s->cfg.mark_dir, s->now_ns);

	s->halves[SOFTWARE].whose = mark.software ? OURS : NOBODYS;
	s->halves[HARDWARE].whose = mark.hardware ? OURS : NOBODYS;
	s->blind.since_ns = mark.blind_since_ns;
}

int netdm_session_new(const struct config_netdm *cfg, struct netdm_events *events, uint64_t now_ns,
		      struct netdm_session **ret, struct err *err)
{
	cleanup(netdm_session_closep) struct netdm_session *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_set(err, -ENOMEM, "drop monitor: %m");
	s->cfg = *cfg;
	s->events = events;
	s->now_ns = s->asked_ns = now_ns;
	s->halves[SOFTWARE].wanted = !cfg->hardware_only;
	s->halves[HARDWARE].wanted = cfg->hardware == HARDWARE_ON;
	take_over_mark(s);
	r = netdm_ctl_new(&s->ctl);
	if (r < 0)
		return err_set(err, r, "cannot open a generic netlink socket: %m");
	ask(s, NETDM_ASK_FAMILY);
	*ret = take(s);
	return 0;
}

int netdm_session_fd(const struct netdm_session *s)
{
	return netdm_ctl_fd(s->ctl);
}

uint16_t netdm_session_family(const struct netdm_session *s)
{
	return s->family;
}

/*
 * With half of it another program's, its settings are in force, for both. Where references are
 * counted nobody owns it.
 */
static const char *owner(const struct netdm_session *s)
{
	const char *name = s->shared ? "unknown" : "self";

	if (s->kernel == KERNEL_COUNTS)
		return "";
	if (!s->set_known && s->awaited & BIT(NETDM_ASK_CONFIG_GET))
		return ""; /* not yet */
	for (int i = 0; i < HALVES; i++) {
		if (s->halves[i].wanted && s->halves[i].whose == NOBODYS)
			return "";
		if (s->halves[i].wanted && s->halves[i].whose == OTHERS)
			name = "other";
	}
	return name;
}

/* Why it is not up. */
static const char *trouble_of(const struct netdm_session *s)
{
	if ((s->state == ON || s->state == STARTING) && netdm_blind_flaps(&s->blind, s->now_ns))
		return "other programs stop the drop monitor again and again; it is started again "
		       "each time, and drops in between are not counted";
	return s->trouble.text;
}

void netdm_session_stats(const struct netdm_session *s, struct source_stats *ret)
{
	ret->mode = s->set.alert_mode == NET_DM_ALERT_MODE_PACKET ? "packet" : "summary";
	ret->owner = owner(s);
	ret->up = s->state == ON && !netdm_blind_flaps(&s->blind, s->now_ns);
	ret->lost_kernel_queue = s->lost_kernel_queue;
	ret->blind_ns = netdm_blind_total(&s->blind, s->now_ns);
	memcpy(ret->restarts, s->restarts, sizeof(ret->restarts));
	snprintf(ret->trouble, sizeof(ret->trouble), "%.255s", ret->up ? "" : trouble_of(s));
}

/* Where references are counted, ours is all that a STOP takes away. */
static bool may_stop(const struct netdm_session *s)
{
	return s->family &&
	       (!opened(s) || s->kernel == KERNEL_COUNTS || !netdm_events_shared(s->events));
}

struct netdm_session *netdm_session_close(struct netdm_session *s)
{
	if (!s)
		return NULL;
	for (int i = 0; i < HALVES; i++) {
		if (s->halves[i].whose == OURS && may_stop(s))
			netdm_ctl_send(s->ctl, half_asks[i].stop, s->family, &s->cfg);
		s->halves[i].whose = NOBODYS;
	}
	write_mark(s);
	netdm_ctl_free(s->ctl);
	free(s);
	return NULL;
}
