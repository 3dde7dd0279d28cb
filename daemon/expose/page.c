/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expose/page.h"

void page_render(struct text *t, const struct metrics_input *in, uint64_t now_ns)
{
	(void)in;
	(void)now_ns;
	text_write(t, page_template, page_template_size);
}
