/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/label.h"

static const char *const label_names[LABELS] = {
	[LABEL_SYMBOL] = "symbol",     [LABEL_REASON] = "reason",
	[LABEL_DEVICE] = "device",     [LABEL_IN_DEVICE] = "in_device",
	[LABEL_PROTOCOL] = "protocol", [LABEL_TRANSPORT] = "transport",
	[LABEL_ORIGIN] = "origin",     [LABEL_CLASS] = "class",
};

const char *label_name(enum label label)
{
	return label_names[label];
}

const char *label_origin(enum drop_origin origin)
{
	return origin == DROP_ORIGIN_HARDWARE ? "hardware" : "software";
}

const char *label_class(enum drop_class drop_class)
{
	return drop_class == DROP_CLASS_EXPECTED ? "expected" : "suspect";
}
