/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "aggregate/protocols.h"
#include "config/glob.h"
#include "config/lint.h"
#include "expose/explain.h"
#include "source/tracepoint/reasons.h"
#ifdef HAVE_LIBBPF
#include "source/tracepoint/tracepoint_btf.h"
#endif

static const char *reason_at(const void *arg, size_t place, char buf[LINT_VALUE_MAX])
{
	(void)buf;
	return reasons_at(arg, place);
}

static const char *protocol_at(const void *arg, size_t place, char buf[LINT_VALUE_MAX])
{
	struct protocols none_seen = { 0 };

	(void)arg;
	if (place > UINT16_MAX)
		return place == UINT16_MAX + 1 ? "other" : NULL;
	protocol_text(&none_seen, (uint16_t)place, buf);
	return buf;
}

static const char *transport_at(const void *arg, size_t place, char buf[LINT_VALUE_MAX])
{
	(void)arg;
	if (place > UINT8_MAX)
		return NULL;
	transport_text((uint8_t)place, buf);
	return buf;
}

/* NULL where the kernel's names cannot be read, and for a recording, which has those of its own. */
static struct reasons *kernel_reasons(const struct config *c)
{
	cleanup(reasons_freep) struct reasons *reasons = NULL;

	if (c->source.kind == SOURCE_REPLAY)
		return NULL;
#ifdef HAVE_LIBBPF
	reasons = reasons_new();
	if (!reasons || tracepoint_btf_read(TRACEPOINT_BTF_DIR, NULL, reasons, NULL) < 0 ||
	    !reasons_at(reasons, 0)) /* before Linux 5.17 */
		return NULL;
#endif
	return take(reasons);
}

/* The explanations name the reasons of all kernels. */
static bool another_kernel_has_reason(const char *glob, size_t len)
{
	for (size_t i = 0; i < explain_n_reasons; i++)
		if (glob_match(glob, len, explain_reasons[i].name))
			return true;
	for (size_t i = 0; i < explain_n_prefixes; i++)
		if (strncmp(glob, explain_prefixes[i].name, strlen(explain_prefixes[i].name)) == 0)
			return true;
	return false;
}

static void warn(const char *sentence, void *arg)
{
	(void)arg;
	fprintf(stderr, "dropwatchd: warning: %s\n", sentence);
}

size_t check_rules(const struct config *c)
{
	cleanup(reasons_freep) struct reasons *reasons = kernel_reasons(c);
	const struct label_values values[] = {
		{ LABEL_PROTOCOL, protocol_at, NULL, NULL },
		{ LABEL_TRANSPORT, transport_at, NULL, NULL },
		{ LABEL_REASON, reason_at, reasons, another_kernel_has_reason },
	};

	return lint_alerts(c, warn, NULL) + lint_values(c, values, reasons ? 3 : 2, warn, NULL);
}
