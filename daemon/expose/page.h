/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The status page: what an administrator wants to see first, as HTML, from the
 * same snapshot that a scrape is made of.
 */

#include "aggregate/snapshot.h"
#include "base/text.h"
#include "alert/status.h"

/* The files in daemon/expose/page/, embedded at build. */
extern const unsigned char page_template[]; /* page.html */
extern const size_t page_template_size;
extern const unsigned char page_style[]; /* style.css */
extern const size_t page_style_size;
extern const unsigned char page_script[]; /* page.js */
extern const size_t page_script_size;

struct page_input {
	const struct snapshot *snapshot; /* NULL: nothing was counted yet */
	const struct status *status;	 /* or NULL */
	const char *host;		 /* this machine's name */
	uint64_t now_ns;		 /* CLOCK_REALTIME */
};

/**
 * page_render() - the page
 * @t: it is appended; t->failed says that memory ran out
 * @in: where it is taken from
 *
 * Thread: the one that owns @t; pure.
 */
void page_render(struct text *t, const struct page_input *in);
