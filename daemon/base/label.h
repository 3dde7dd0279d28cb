/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The labels that tell series apart. Code that treats all labels alike loops over enum label and
 * takes their names from here.
 */

#include "base/text.h"

enum label {
	LABEL_SYMBOL,	 /* hardware: the trap */
	LABEL_REASON,	 /* hardware: the trap group */
	LABEL_DEVICE,	 /* where the packet was dropped */
	LABEL_IN_DEVICE, /* where it came in */
	LABEL_PROTOCOL,	 /* EtherType */
	LABEL_TRANSPORT, /* IP protocol */
	LABEL_TEXTS,	 /* the labels above have any text; those below are an enum each */

	LABEL_ORIGIN = LABEL_TEXTS, /* enum drop_origin */
	LABEL_CLASS,		    /* enum drop_class */
	LABELS,
};

/* A set of labels is an unsigned int with these bits. */
#define LABEL_BIT(label) (1u << (label))
#define LABELS_ALL	 (LABEL_BIT(LABELS) - 1)

enum drop_origin {
	DROP_ORIGIN_SOFTWARE, /* the kernel's own code dropped it; NET_DM_ORIGIN_SW */
	DROP_ORIGIN_HARDWARE, /* a switch ASIC did, through a devlink trap; NET_DM_ORIGIN_HW */
};

enum drop_class { DROP_CLASS_SUSPECT, DROP_CLASS_EXPECTED };

/*
 * The labels of a series as a scrape shows them: {name="value",...} and a space, or only the space.
 * They are in two pieces, because many series share a piece. Not terminated by NUL.
 */
struct label_text {
	const char *head, *tail;
	uint16_t head_len, tail_len; /* bytes */
};

/** label_name() - the name of a label, "symbol" for LABEL_SYMBOL. Thread: any; pure. */
const char *label_name(enum label label);

/**
 * label_write() - append name="value", with the value escaped
 * @t: the text
 * @name: of the label
 * @value: valid UTF-8
 *
 * Thread: the one that owns @t.
 * Source: prometheus.io/docs/instrumenting/exposition_formats, "Text-based format".
 */
void label_write(struct text *t, const char *name, const char *value);

/** label_origin() - the text of an origin, "software" or "hardware". Thread: any; pure. */
const char *label_origin(enum drop_origin origin);

/** label_class() - the text of a class, "suspect" or "expected". Thread: any; pure. */
const char *label_class(enum drop_class drop_class);
