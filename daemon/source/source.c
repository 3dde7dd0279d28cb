/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of sources, and the choice among them.
 *
 * "auto" takes the kernel's own drop monitor where there is one, because it sees
 * every drop, hardware ones too, and needs no BPF; else the tracepoint. What
 * was chosen is said together with what the other would give, since the two
 * know different things of a drop.
 */
#include "source/source.h"

#include <errno.h>
#include <stdio.h>

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

static int open_kind(enum config_source_kind kind, const struct config_source *cfg,
		     struct source **ret, struct err *err)
{
	const struct source_ops *ops = ops_of(kind);

	if (!ops)
		return err_set(err, -EOPNOTSUPP,
			       "this dropwatchd was built without libbpf; install libbpf-dev and "
			       "clang, and build it again");
	return ops->open(cfg, ret, err);
}

static const char *netdm_gives(const struct config_source *cfg)
{
	if (cfg->netdm.alert_mode == ALERT_MODE_PACKET)
		return "packet mode knows symbol, reason, device and protocol, but costs the "
		       "kernel a copy of each dropped packet, and skips packets without a MAC "
		       "header";
	return "summary mode sees every drop and knows the symbol only; the tracepoint source "
	       "(--source tracepoint) would add reason, device and protocol at a like cost";
}

static const char *tracepoint_gives(void)
{
	return "it counts in the kernel by symbol, reason, device and protocol; netdm would add "
	       "hardware drops (devlink traps)";
}

static int open_auto(const struct config_source *cfg, struct source **ret, char *why,
		     size_t why_size, struct err *err)
{
	struct err netdm = { 0 }, tracepoint = { 0 };
	int r;

	r = open_kind(SOURCE_NETDM, cfg, ret, &netdm);
	if (r == 0) {
		snprintf(why, why_size,
			 "netdm, chosen because this kernel has the drop monitor; %s",
			 netdm_gives(cfg));
		return 0;
	}
	r = open_kind(SOURCE_TRACEPOINT, cfg, ret, &tracepoint);
	if (r == 0) {
		snprintf(why, why_size,
			 "tracepoint, chosen because netdm is not to be had here (%s); %s",
			 netdm.text, tracepoint_gives());
		return 0;
	}
	return err_set(err, r,
		       "no source of drops can be opened on this kernel:\n"
		       "  netdm: %.900s\n  tracepoint: %.900s",
		       netdm.text, tracepoint.text);
}

int source_open(const struct config_source *cfg, struct source **ret, char *why, size_t why_size,
		struct err *err)
{
	int r;

	switch (cfg->kind) {
	case SOURCE_AUTO:
		return open_auto(cfg, ret, why, why_size, err);
	case SOURCE_NETDM:
		snprintf(why, why_size, "netdm, as configured; %s", netdm_gives(cfg));
		break;
	case SOURCE_TRACEPOINT:
		snprintf(why, why_size, "tracepoint, as configured; %s", tracepoint_gives());
		break;
	case SOURCE_REPLAY:
		snprintf(why, why_size,
			 "replay of %s, as configured; this kernel's drops are not watched",
			 cfg->replay.file);
		break;
	}
	r = open_kind(cfg->kind, cfg, ret, err);
	if (r < 0)
		err_prefix(err, "source %s",
			   cfg->kind == SOURCE_NETDM	    ? "netdm"
			   : cfg->kind == SOURCE_TRACEPOINT ? "tracepoint"
							    : "replay");
	return r;
}

struct source *source_close(struct source *s)
{
	return s ? s->ops->close(s) : NULL;
}
