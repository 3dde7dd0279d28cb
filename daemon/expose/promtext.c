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
	text_str(t->out, "# HELP ");
	text_str(t->out, name);
	text_str(t->out, " ");
	write_escaped(t->out, help, '\\');
	text_str(t->out, "\n# TYPE ");
	text_str(t->out, name);
	text_str(t->out, " ");
	text_str(t->out, type_names[type]);
	text_str(t->out, "\n");
}

void promtext_sample(struct promtext *t, const char *name)
{
	text_str(t->out, name);
	t->labelled = false;
}

void promtext_label(struct promtext *t, const char *name, const char *value)
{
	if (!value[0])
		return;
	text_str(t->out, t->labelled ? "," : "{");
	text_str(t->out, name);
	text_str(t->out, "=\"");
	write_escaped(t->out, value, '"');
	text_str(t->out, "\"");
	t->labelled = true;
}

void promtext_labels_end(struct promtext *t)
{
	text_str(t->out, t->labelled ? "} " : " ");
}

/* The hot one, ten thousand times in a large scrape: one reservation, three copies, the digits. */
void promtext_ready_sample(struct promtext *t, const char *name, size_t name_len,
			   const struct promtext_labels *labels, uint64_t value)
{
	char *p = text_reserve(t->out,
			       name_len + labels->head_len + labels->tail_len + TEXT_U64_MAX + 1);
	char *end = p;

	if (!p)
		return;
	end = mempcpy(end, name, name_len);
	end = mempcpy(end, labels->head, labels->head_len);
	end = mempcpy(end, labels->tail, labels->tail_len);
	end += text_format_u64(end, value);
	*end++ = '\n';
	t->out->len += (size_t)(end - p);
}

void promtext_value(struct promtext *t, uint64_t value)
{
	promtext_labels_end(t);
	text_u64(t->out, value);
	text_str(t->out, "\n");
}

void promtext_decimal(struct promtext *t, uint64_t value, unsigned int decimals)
{
	uint64_t unit = 1, rest;

	for (unsigned int i = 0; i < decimals; i++)
		unit *= 10;
	rest = value % unit;
	promtext_labels_end(t);
	text_u64(t->out, value / unit);
	if (rest)
		text_str(t->out, ".");
	for (; rest; rest %= unit) {
		unit /= 10;
		text_write(t->out, &"0123456789"[rest / unit], 1);
	}
	text_str(t->out, "\n");
}
