/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config_value.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Largest first; the last has the factor 1. */
struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit no_units[] = { { "", 1 }, { NULL } };
static const struct unit byte_units[] = {
	{ "GiB", 1 << 30 }, { "MiB", 1 << 20 }, { "KiB", 1 << 10 }, { "", 1 }, { NULL },
};
static const struct unit ms_units[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 }, { NULL },
};

const struct config_number *config_number(enum config_type type)
{
	static const struct config_number number = { no_units, 1, "must be a whole number", "" };
	static const struct config_number bytes = {
		byte_units, 1, "must be a number of bytes, such as 65536, 64KiB or 64MiB", " bytes"
	};
	static const struct config_number seconds = {
		ms_units, 1000, "must be a duration in whole seconds, such as 10s, 5m or 1h", " s"
	};
	static const struct config_number ms = { ms_units, 1,
						 "must be a duration, such as 250ms, 10s or 5m",
						 " ms" };

	switch (type) {
	case CONFIG_BYTES:
		return &bytes;
	case CONFIG_SECONDS:
	case CONFIG_WINDOWS:
		return &seconds;
	case CONFIG_MS:
		return &ms;
	default:
		return &number;
	}
}

/* Digits at the start of a text; where they end, or NULL if there are none. */
static const char *digits(const char *text, uint64_t *ret)
{
	uint64_t value = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
			value = UINT64_MAX;
	if (p == text)
		return NULL;
	*ret = value;
	return p;
}

bool config_number_read(const struct config_number *n, const char *text, uint64_t *ret)
{
	const struct unit *unit = n->units;
	uint64_t value;
	const char *rest = digits(text, &value);

	if (!rest)
		return false;
	while (unit->name && strcmp(rest, unit->name) != 0)
		unit++;
	if (!unit->name && strcmp(text, "0") != 0) /* which needs no unit */
		return false;
	if (unit->name && __builtin_mul_overflow(value, unit->factor, &value))
		value = UINT64_MAX;
	if (value != UINT64_MAX && value % n->factor != 0)
		return false;
	*ret = value / n->factor;
	return true;
}

/* In the largest unit that divides the value. */
void config_number_print(const struct config_number *n, uint64_t value, FILE *f)
{
	const struct unit *unit = n->units;

	value *= n->factor;
	while (value % unit->factor != 0)
		unit++;
	fprintf(f, "%" PRIu64 "%s", value / unit->factor, value ? unit->name : "");
}

/* strtod() alone would also read "nan", "0x1p3" and " 1". The program keeps the locale C. */
bool config_real_read(const char *text, double *ret)
{
	const size_t whole = strspn(text, "0123456789");
	const bool point = text[whole] == '.';
	const size_t decimals = point ? strspn(text + whole + 1, "0123456789") : 0;

	if (whole + decimals == 0 || text[whole + point + decimals])
		return false;
	*ret = strtod(text, NULL);
	return true;
}

/* 17 digits make any double, and CONFIG_REAL_MIN has the first of them at the 15th decimal. */
void config_real_print(double value, FILE *f)
{
	char text[64];

	for (int decimals = 0; decimals <= 32; decimals++) {
		snprintf(text, sizeof(text), "%.*f", decimals, value);
		if (strtod(text, NULL) == value)
			break;
	}
	fputs(text, f);
}
