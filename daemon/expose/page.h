/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The status page, rendered as HTML from the same snapshot as a scrape.
 */

#include "aggregate/snapshot.h"
#include "base/text.h"
#include "alert/status.h"
#include "ledger/ledger.h"

/* The files in daemon/expose/page/, embedded at build. */
extern const unsigned char page_template[]; /* page.html */
extern const size_t page_template_size;
extern const unsigned char page_style[]; /* style.css */
extern const size_t page_style_size;
extern const unsigned char page_script[]; /* page.js */
extern const size_t page_script_size;

struct page_input {
	const struct snapshot *snapshot;
	const struct status *status; /* or NULL */
	const struct ledger *ledger; /* or NULL */
	const char *host;	     /* this machine's name */
	uint64_t now_ns;	     /* CLOCK_REALTIME */
};

/**
 * page_render() - write the status page
 * @t: the page is appended; t->failed is set when out of memory
 * @in: what the page shows
 *
 * Thread: the one that owns @t; pure.
 */
void page_render(struct text *t, const struct page_input *in);
