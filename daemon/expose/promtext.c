/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "expose/promtext.h"

#include "base/label.h"

static const char *const type_names[] = {
	[PROMTEXT_COUNTER] = "counter",
	[PROMTEXT_GAUGE] = "gauge",
};

void promtext_family(struct promtext *t, const char *name, enum promtext_type type,
		     const char *help)
{
	text_str(t->out, "# HELP ");
	text_str(t->out, name);
	text_str(t->out, " ");
	text_str(t->out, help);
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
	label_write(t->out, name, value);
	t->labelled = true;
}

static void end_labels(struct promtext *t)
{
	text_str(t->out, t->labelled ? "} " : " ");
}

/* Called ten thousand times in a large scrape, so it reserves memory once. */
void promtext_series(struct promtext *t, const char *name, size_t name_len,
		     const struct label_text *labels, uint64_t value)
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
	end_labels(t);
	text_u64(t->out, value);
	text_str(t->out, "\n");
}

void promtext_signed(struct promtext *t, int64_t value)
{
	const uint64_t bits = (uint64_t)value;

	end_labels(t);
	if (value < 0)
		text_str(t->out, "-");
	text_u64(t->out, value < 0 ? 0 - bits : bits);
	text_str(t->out, "\n");
}

void promtext_decimal(struct promtext *t, uint64_t value, unsigned int decimals)
{
	uint64_t unit = 1, rest;

	for (unsigned int i = 0; i < decimals; i++)
		unit *= 10;
	rest = value % unit;
	end_labels(t);
	text_u64(t->out, value / unit);
	if (rest)
		text_str(t->out, ".");
	for (; rest; rest %= unit) {
		unit /= 10;
		text_write(t->out, &"0123456789"[rest / unit], 1);
	}
	text_str(t->out, "\n");
}
