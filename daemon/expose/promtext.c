/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expose/promtext.h"

static const char *const type_names[] = {
	[PROMTEXT_COUNTER] = "counter",
	[PROMTEXT_GAUGE] = "gauge",
};

/* One byte for all but backslash, newline and, within quotes, the quote. */
static size_t escape(char *dst, const char *src, size_t len, char quote)
{
	char *p = dst;

	for (size_t i = 0; i < len; i++) {
		char c = src[i];

		if (c == '\\' || c == quote) {
			*p++ = '\\';
		} else if (c == '\n') {
			*p++ = '\\';
			c = 'n';
		}
		*p++ = c;
	}
	return (size_t)(p - dst);
}

static void write_escaped(struct text *out, const char *src, char quote)
{
	size_t len = strlen(src);
	char *p = text_reserve(out, 2 * len);

	if (p)
		out->len += escape(p, src, len, quote);
}

void promtext_family(struct promtext *t, const char *name, enum promtext_type type,
		     const char *help)
{
	text_str(&t->out, "# HELP ");
	text_str(&t->out, name);
	text_str(&t->out, " ");
	write_escaped(&t->out, help, '\\');
	text_str(&t->out, "\n# TYPE ");
	text_str(&t->out, name);
	text_str(&t->out, " ");
	text_str(&t->out, type_names[type]);
	text_str(&t->out, "\n");
}

void promtext_sample(struct promtext *t, const char *name)
{
	text_str(&t->out, name);
	t->labelled = false;
}

/* The hot one, called some 60,000 times in a scrape of 10,000 series: one reservation for it all. */
void promtext_label(struct promtext *t, const char *name, const char *value)
{
	size_t name_len = strlen(name), value_len = strlen(value);
	char *p, *end;

	if (!value_len)
		return;
	p = text_reserve(&t->out, name_len + 2 * value_len + 4);
	if (!p)
		return;
	end = p;
	*end++ = t->labelled ? ',' : '{';
	memcpy(end, name, name_len);
	end += name_len;
	*end++ = '=';
	*end++ = '"';
	end += escape(end, value, value_len, '"');
	*end++ = '"';
	t->out.len += (size_t)(end - p);
	t->labelled = true;
}

void promtext_value(struct promtext *t, uint64_t value)
{
	char *p = text_reserve(&t->out, TEXT_U64_MAX + 3);
	char *end = p;

	if (!p)
		return;
	if (t->labelled)
		*end++ = '}';
	*end++ = ' ';
	end += text_format_u64(end, value);
	*end++ = '\n';
	t->out.len += (size_t)(end - p);
}

void promtext_decimal(struct promtext *t, uint64_t value, unsigned int decimals)
{
	uint64_t unit = 1;

	for (unsigned int i = 0; i < decimals; i++)
		unit *= 10;
	text_str(&t->out, t->labelled ? "} " : " ");
	text_u64(&t->out, value / unit);
	text_str(&t->out, ".");
	for (unit /= 10; unit; unit /= 10)
		text_write(&t->out, &"0123456789"[value / unit % 10], 1);
	text_str(&t->out, "\n");
}
