/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config_problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static bool is_after(const struct config_problem *p, unsigned int line, unsigned int column)
{
	return p->line > line || (p->line == line && p->column > column);
}

void config_problem(struct config_problems *p, unsigned int line, unsigned int column,
		    const char *fmt, ...)
{
	char *text;
	va_list ap;
	size_t i;
	int r;

	p->count++;
	if (p->n == CONFIG_PROBLEMS_MAX) {
		if (!is_after(&p->list[p->n - 1], line, column))
			return;
		free(p->list[--p->n].text);
	}
	va_start(ap, fmt);
	r = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (r < 0) {
		p->no_memory = true;
		return;
	}
	for (i = p->n; i > 0 && is_after(&p->list[i - 1], line, column); i--)
		p->list[i] = p->list[i - 1];
	p->list[i] = (struct config_problem){ line, column, text };
	p->n++;
}

struct config_quote config_quote(const char *text)
{
	struct config_quote q = { 0 };

	utf8_clean(q.text, sizeof(q.text), text, strlen(text));
	return q;
}

void config_problems_print(struct config_problems *p, const char *name, struct config_errors *ret)
{
	size_t used = 0;

	ret->count = p->count;
	ret->text[0] = '\0';
	for (size_t i = 0; i < p->n; i++) {
		const struct config_problem *one = &p->list[i];
		char *at = ret->text + used;
		size_t room = sizeof(ret->text) - used;
		int n = snprintf(at, room, "%s:%u:%u: %s\n", name, one->line, one->column,
				 one->text);

		if (n < 0 || (size_t)n >= room) {
			*at = '\0'; /* no half lines */
			break;
		}
		used += (size_t)n;
	}
	for (size_t i = 0; i < p->n; i++)
		free(p->list[i].text);
	memset(p, 0, sizeof(*p));
}
