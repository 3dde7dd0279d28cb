/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/glob.h"

/* One step of a pattern, which matches one character. */
struct step {
	const char *at;
	size_t len; /* bytes of the pattern that it covers */
};

/* The length of a bracket expression that begins at p, 0 if it never ends. */
static size_t bracket_len(const char *p, size_t len)
{
	size_t i = 1;

	if (i < len && (p[i] == '!' || p[i] == '^'))
		i++;
	if (i < len && p[i] == ']') /* first, it is a member */
		i++;
	while (i < len && p[i] != ']')
		i += p[i] == '\\' && i + 1 < len ? 2 : 1;
	return i < len ? i + 1 : 0;
}

static unsigned char member(const char **p)
{
	if (**p == '\\')
		(*p)++;
	return (unsigned char)*(*p)++;
}

static bool bracket_fits(const char *p, size_t len, unsigned char c)
{
	const char *end = p + len - 1;
	bool inverted, found = false;

	p++;
	inverted = *p == '!' || *p == '^';
	p += inverted;
	do {
		unsigned char low = member(&p), high = low;

		if (end - p >= 2 && *p == '-') {
			p++;
			high = member(&p);
		}
		found |= low <= c && c <= high;
	} while (p < end);
	return found != inverted;
}

static struct step next_step(const char *p, size_t len)
{
	size_t n = 1;

	if (*p == '[' && bracket_len(p, len))
		n = bracket_len(p, len);
	else if (*p == '\\' && len > 1)
		n = 2;
	return (struct step){ p, n };
}

static bool fits(struct step step, char c)
{
	if (*step.at == '?')
		return true;
	if (*step.at == '[' && step.len > 1)
		return bracket_fits(step.at, step.len, (unsigned char)c);
	if (*step.at == '\\' && step.len == 1) /* escapes nothing */
		return false;
	return step.at[step.len - 1] == c; /* itself, or what a backslash escapes */
}

/*
 * Only the last star is revisited: what an earlier star could match in addition, the last one can
 * match as well. That bounds the time.
 */
bool glob_match(const char *glob, size_t len, const char *text)
{
	const char *end = glob + len, *star = NULL, *star_text = NULL;

	while (*text || glob < end) {
		if (glob < end && *glob == '*') {
			star = ++glob;
			star_text = text;
			continue;
		}
		if (*text && glob < end) {
			struct step step = next_step(glob, (size_t)(end - glob));

			if (fits(step, *text)) {
				glob += step.len;
				text++;
				continue;
			}
		}
		if (!star || !*star_text)
			return false;
		glob = star;
		text = ++star_text;
	}
	return true;
}
