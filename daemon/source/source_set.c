/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of sources, and the choice among them.
 *
 * "auto" takes the tracepoint where the kernel reports drop reasons: for about as little as
 * NET_DM's summary mode costs, it knows the reason, device, protocol and transport, has no limit of
 * drop points, cannot be stopped by another program, and needs no capability after start-up. Next
 * comes NET_DM, and last the tracepoint without reasons. A source that cannot be used is no error
 * as long as another one can, so it is named in one short line.
 */
#include "source/source_set.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "source/listener/listener.h"
#include "source/netdm/netdm_ctl.h"

static const struct source_ops *ops_of(enum config_source_kind kind)
{
	switch (kind) {
	case SOURCE_NETDM:
		return &netdm_ops;
	case SOURCE_REPLAY:
		return &replay_ops;
	case SOURCE_TRACEPOINT:
#ifdef HAVE_LIBBPF
		return &tracepoint_ops;
#endif
	case SOURCE_AUTO:
		break;
	}
	return NULL;
}

static int open_absent(struct err *err)
{
	return err_remedy(err,
			  err_set(err, -EOPNOTSUPP, "this dropwatchd was built without libbpf"),
			  "install libbpf-dev and clang, and build it again");
}

static int open_kind(enum config_source_kind kind, const struct config_source *cfg,
		     struct source **ret, struct err *err)
{
	const struct source_ops *ops = ops_of(kind);

	if (!ops)
		return open_absent(err);
	return ops->open(cfg, ret, err);
}

static const char *gives(const struct source *s, const struct config_source *cfg)
{
	if (s->ops != &netdm_ops)
		return "counts in the kernel by symbol, reason, device, protocol and transport";
	if (cfg->netdm.alert_mode == ALERT_MODE_PACKET)
		return "packet mode: symbol, reason and protocol, from a copy of each dropped "
		       "packet";
	return "summary mode: the symbol only";
}

static int open_auto(const struct config_source *cfg, struct source_set *set, struct err *err)
{
	struct config_source with_reasons = *cfg;
	struct err tracepoint = { 0 }, netdm = { 0 };
	int r;

	with_reasons.tracepoint.need_reasons = true;
	if (open_kind(SOURCE_TRACEPOINT, &with_reasons, &set->all[0], &tracepoint) == 0)
		return 0;
	if (open_kind(SOURCE_NETDM, cfg, &set->all[0], &netdm) == 0) {
		snprintf(set->note, sizeof(set->note), "the tracepoint is not used: %.*s",
			 (int)tracepoint.cause_len, tracepoint.text);
		return 0;
	}
	r = open_kind(SOURCE_TRACEPOINT, cfg, &set->all[0], &tracepoint);
	if (r == 0) {
		snprintf(set->note, sizeof(set->note), "netdm is not used: %.*s",
			 (int)netdm.cause_len, netdm.text);
		return 0;
	}
	return err_set(err, r,
		       "no source of drops can be opened on this kernel. The source tracepoint: "
		       "%.900s. The source netdm: %.900s",
		       tracepoint.text, netdm.text);
}

static int open_drops(const struct config_source *cfg, struct source_set *set, struct err *err)
{
	static const char *const names[] = {
		[SOURCE_NETDM] = "netdm",
		[SOURCE_TRACEPOINT] = "tracepoint",
		[SOURCE_REPLAY] = "replay",
	};
	int r;

	if (cfg->kind == SOURCE_AUTO)
		return open_auto(cfg, set, err);
	r = open_kind(cfg->kind, cfg, &set->all[0], err);
	return r < 0 ? err_prefix(err, "source %s", names[cfg->kind]) : 0;
}

static const char *hardware(const struct source_set *set, const struct config_source *cfg)
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
			 gives(set->all[0], cfg), hardware(set, cfg));
}

static void say_besides(struct source_set *set, const char *what, const struct err *cause)
{
	const size_t len = strlen(set->note);

	snprintf(set->note + len, sizeof(set->note) - len, "%s%s: %.*s", len ? "; " : "", what,
		 (int)cause->cause_len, cause->text);
}

/*
 * NET_DM's hardware half next to the tracepoint, which knows software drops only. @optional: nobody
 * has asked for it.
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
	say_besides(set, "hardware drops are not reported", &cause);
	return 0;
}

/* A recording is of another machine, whose devices and modules are not ours. */
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
	struct config_source told = *cfg;
	int r;

	if (optional)
		told.netdm.hardware = cfg->kind != SOURCE_REPLAY && netdm_ctl_has_traps()
					      ? HARDWARE_ON
					      : HARDWARE_OFF;
	r = open_drops(&told, &set, err);
	if (r < 0)
		return r;
	set.n = 1;
	r = open_hardware(&told, optional, &set, err);
	if (r < 0)
		return r;
	say_why(&told, &set);
	r = open_listener(&told, &set, err);
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
