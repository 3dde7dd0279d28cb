/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of sources, and the choice among them.
 *
 * "auto" takes the tracepoint if the kernel reports drop reasons. It costs about as little as
 * NET_DM's summary mode, but knows the reason, device, protocol and transport, has no limit on drop
 * points, cannot be stopped by another program, and needs no capability after the start. Otherwise
 * "auto" takes NET_DM, and failing that, the tracepoint without reasons. As long as one source can
 * be used, it is no error that another one cannot: a note of one line says why.
 */
#include "source/source_set.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "source/listener/listener.h"
#include "source/netdm/netdm_ctl.h"

#ifndef HAVE_LIBBPF
static int open_absent(const struct config_source *cfg, struct source **ret, struct err *err)
{
	(void)cfg;
	(void)ret;
	return err_remedy(err,
			  err_set(err, -EOPNOTSUPP, "this dropwatchd was built without libbpf"),
			  "install libbpf-dev and clang, and build it again");
}

const struct source_ops tracepoint_ops = { .name = SOURCE_NAME_TRACEPOINT, .open = open_absent };
#endif

static const struct source_ops *const ops[] = {
	[SOURCE_NETDM] = &netdm_ops,
	[SOURCE_TRACEPOINT] = &tracepoint_ops,
	[SOURCE_REPLAY] = &replay_ops,
};

static const char *what_it_reports(const struct source *s, const struct config_source *cfg)
{
	if (s->ops != &netdm_ops)
		return "counts in the kernel by symbol, reason, device, protocol and transport";
	if (cfg->netdm.alert_mode == ALERT_MODE_PACKET)
		return "packet mode: symbol, reason and protocol, from a copy of each dropped "
		       "packet";
	return "summary mode: the symbol only";
}

static void add_note(struct source_set *set, const char *what, const struct err *cause)
{
	const size_t len = strlen(set->note);

	snprintf(set->note + len, sizeof(set->note) - len, "%s%s: %.*s", len ? "; " : "", what,
		 (int)cause->cause_len, cause->text);
}

static int open_auto(const struct config_source *cfg, struct source_set *set, struct err *err)
{
	struct config_source with_reasons = *cfg;
	struct err tracepoint = { 0 }, netdm = { 0 };
	int r;

	with_reasons.tracepoint.need_reasons = true;
	if (tracepoint_ops.open(&with_reasons, &set->all[0], &tracepoint) == 0)
		return 0;
	if (netdm_ops.open(cfg, &set->all[0], &netdm) == 0) {
		add_note(set, "the tracepoint is not used", &tracepoint);
		return 0;
	}
	r = tracepoint_ops.open(cfg, &set->all[0], &tracepoint);
	if (r == 0) {
		add_note(set, "netdm is not used", &netdm);
		return 0;
	}
	return err_set(err, r,
		       "no source of drops can be opened on this kernel. The source tracepoint: "
		       "%.900s. The source netdm: %.900s",
		       tracepoint.text, netdm.text);
}

static int open_drops(const struct config_source *cfg, struct source_set *set, struct err *err)
{
	int r;

	if (cfg->kind == SOURCE_AUTO)
		return open_auto(cfg, set, err);
	r = ops[cfg->kind]->open(cfg, &set->all[0], err);
	return r < 0 ? err_prefix(err, "source %s", ops[cfg->kind]->name) : 0;
}

static const char *hardware_note(const struct source_set *set, const struct config_source *cfg)
{
	if (set->n > 1)
		return "; netdm, hardware drops";
	if (set->all[0]->ops == &netdm_ops && cfg->netdm.hardware == HARDWARE_ON)
		return "; hardware drops";
	return "";
}

static void say_why(const struct config_source *cfg, struct source_set *set)
{
	if (cfg->kind == SOURCE_REPLAY)
		snprintf(set->why, sizeof(set->why),
			 "replay of %.900s; this kernel's own drops are not watched",
			 cfg->replay.file);
	else
		snprintf(set->why, sizeof(set->why), "%s (%s), %s%s", set->all[0]->ops->name,
			 cfg->kind == SOURCE_AUTO ? "auto" : "as configured",
			 what_it_reports(set->all[0], cfg), hardware_note(set, cfg));
}

/*
 * NET_DM's hardware half, next to the tracepoint, which only knows software drops. @optional: the
 * configuration does not ask for it.
 */
static int open_hardware(const struct config_source *cfg, bool optional, struct source_set *set,
			 struct err *err)
{
	struct config_source only = *cfg;
	struct err cause = { 0 };
	int r;

	if (cfg->kind == SOURCE_REPLAY || set->all[0]->ops == &netdm_ops ||
	    cfg->netdm.hardware != HARDWARE_ON)
		return 0;
	only.netdm.hardware_only = true;
	r = netdm_ops.open(&only, &set->all[set->n], &cause);
	if (r == 0) {
		set->n++;
		return 0;
	}
	if (!optional)
		return err_set(err, r, "netdm.hardware: %s", cause.text);
	add_note(set, "hardware drops are not reported", &cause);
	return 0;
}

/* A recording is about the devices and modules of another machine. */
static int open_listener(const struct config_source *cfg, struct source_set *set, struct err *err)
{
	int r;

	if (cfg->kind == SOURCE_REPLAY)
		return 0;
	r = listener_open(&set->all[set->n], err);
	set->n += r == 0;
	return r;
}

int source_set_open(const struct config_source *cfg, struct source_set *ret, struct err *err)
{
	cleanup(source_set_close) struct source_set set = { 0 };
	const bool optional = cfg->netdm.hardware == HARDWARE_AUTO;
	struct config_source decided = *cfg;
	int r;

	if (optional)
		decided.netdm.hardware = cfg->kind != SOURCE_REPLAY && netdm_ctl_has_traps()
						 ? HARDWARE_ON
						 : HARDWARE_OFF;
	r = open_drops(&decided, &set, err);
	if (r < 0)
		return r;
	set.n = 1;
	r = open_hardware(&decided, optional, &set, err);
	if (r < 0)
		return r;
	say_why(&decided, &set);
	r = open_listener(&decided, &set, err);
	if (r < 0)
		return r;
	*ret = set;
	set = (struct source_set){ 0 };
	return 0;
}

void source_set_close(struct source_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		set->all[i] = source_close(set->all[i]);
	set->n = 0;
}
