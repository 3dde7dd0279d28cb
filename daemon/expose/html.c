/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expose/html.h"

#include <time.h>

#include "base/clock.h"

#define NARROW_SPACE "&#8239;"

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void html_text(struct text *t, const char *s)
{
	for (; *s; s++) {
		const char *escaped = entity(*s);

		if (escaped)
			text_str(t, escaped);
		else
			text_write(t, s, 1);
	}
}

void html_number(struct text *t, uint64_t v)
{
	char digits[TEXT_U64_MAX];
	const size_t n = text_format_u64(digits, v);

	for (size_t i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			text_str(t, NARROW_SPACE);
		text_write(t, digits + i, 1);
	}
}

void html_count(struct text *t, uint64_t v)
{
	if (v)
		html_number(t, v);
	else
		text_str(t, "<i>0</i>");
}

void html_chip(struct text *t, const char *kind, const char *value)
{
	if (!value[0])
		return;
	text_str(t, " <span class=\"chip ");
	text_str(t, kind);
	text_str(t, "\">");
	html_text(t, value);
	text_str(t, "</span>");
}

static void number_unit(struct text *t, uint64_t v, const char *unit)
{
	text_u64(t, v);
	text_str(t, NARROW_SPACE);
	text_str(t, unit);
}

void html_span(struct text *t, uint64_t seconds)
{
	const uint64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;

	if (days) {
		number_unit(t, days, "d ");
		number_unit(t, hours % 24, "h");
	} else if (hours) {
		number_unit(t, hours, "h ");
		number_unit(t, minutes % 60, "min");
	} else if (minutes) {
		number_unit(t, minutes, "min");
	} else {
		number_unit(t, seconds, "s");
	}
}

void html_time(struct text *t, uint64_t time_ns)
{
	const time_t seconds = (time_t)(time_ns / NSEC_PER_SEC);
	struct tm tm = { 0 };
	char s[64] = "";

	if (gmtime_r(&seconds, &tm) && strftime(s, sizeof(s), "%Y-%m-%d %H:%M:%S UTC", &tm))
		text_str(t, s);
}
