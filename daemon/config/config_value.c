/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config_value.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Largest first; the last has the factor 1. */
struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit no_unit[] = { { "", 1 } };
static const struct unit byte_units[] = {
	{ "GiB", 1 << 30 },
	{ "MiB", 1 << 20 },
	{ "KiB", 1 << 10 },
	{ "", 1 },
};
static const struct unit ms_units[] = {
	{ "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 },
};

#define N(units) (sizeof(units) / sizeof((units)[0]))

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

static bool read_with_unit(const char *text, const struct unit *units, size_t n, uint64_t *ret)
{
	uint64_t value;
	const char *rest = digits(text, &value);

	for (size_t i = 0; rest && i < n; i++) {
		if (strcmp(rest, units[i].name) != 0)
			continue;
		if (__builtin_mul_overflow(value, units[i].factor, &value))
			value = UINT64_MAX;
		*ret = value;
		return true;
	}
	return false;
}

/* In the largest unit that divides the value. */
static void print_with_unit(FILE *f, uint64_t value, const struct unit *unit)
{
	if (value == 0) {
		fputc('0', f);
		return;
	}
	while (value % unit->factor != 0)
		unit++;
	fprintf(f, "%" PRIu64 "%s", value / unit->factor, unit->name);
}

bool config_value_number(const char *text, uint64_t *ret)
{
	return read_with_unit(text, no_unit, N(no_unit), ret);
}

bool config_value_bytes(const char *text, uint64_t *ret)
{
	return read_with_unit(text, byte_units, N(byte_units), ret);
}

void config_value_print_bytes(uint64_t bytes, FILE *f)
{
	print_with_unit(f, bytes, byte_units);
}

bool config_value_ms(const char *text, uint64_t *ret)
{
	if (strcmp(text, "0") == 0) {
		*ret = 0;
		return true;
	}
	return read_with_unit(text, ms_units, N(ms_units), ret);
}

void config_value_print_ms(uint64_t ms, FILE *f)
{
	print_with_unit(f, ms, ms_units);
}

/* strtod() alone would also read "nan", "0x1p3" and " 1". The program keeps the locale C. */
bool config_value_real(const char *text, double *ret)
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
void config_value_print_real(double value, FILE *f)
{
	char text[64];

	for (int decimals = 0; decimals <= 32; decimals++) {
		snprintf(text, sizeof(text), "%.*f", decimals, value);
		if (strtod(text, NULL) == value)
			break;
	}
	fputs(text, f);
}
