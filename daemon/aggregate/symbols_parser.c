/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines are "ADDRESS TYPE NAME [MODULE]". Entries are made of functions, of the first data after a
 * function, because there the function has ended, and of the end of the page in which the last
 * function of a module begins, because another module may follow. Modules are listed in the order
 * of their own symbol tables, so the entries are sorted at the end, unless they are already.
 */
#include "aggregate/symbols_parser.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/array.h"

#define SYMBOLS_MAX 4000000u /* lines worth keeping; a kernel has 120,000 */
#define PAGE_BYTES  4096u    /* what modules are aligned to, at least */
#define NAME_BYTES  512	     /* KSYM_NAME_LEN */
#define MODULE_MAX  64	     /* MODULE_NAME_LEN is 56 */
#define LINE_BYTES  (16 + 3 + NAME_BYTES + MODULE_MAX + 2)

struct symbols_parser {
	char line[LINE_BYTES]; /* an incomplete line; longer ones are cut */
	size_t line_len;
	struct symbols_entry *entries;
	size_t n_entries, entries_room;
	char *text;
	size_t text_len, text_room;
	bool sorted;
	bool any_line, any_address; /* any line was seen; any address other than 0 */
	struct symbols_entry last;  /* the line before */
	char module[MODULE_MAX];    /* the module of the line before; "": the kernel itself */
	uint64_t module_last;	    /* its highest function so far */
};

/* Compilers split and copy functions and mark the parts with these. */
static const char *const suffixes[] = { "constprop", "isra", "part", "cold", "llvm" };

static bool is_suffix(const char *s, size_t len, bool cut)
{
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		size_t n = strlen(suffixes[i]);

		if (len >= n && !memcmp(s, suffixes[i], n) && (len == n || s[n] == '.'))
			return true;
		if (cut && len < n && !memcmp(s, suffixes[i], len))
			return true;
	}
	return false;
}

/* The part of a name that stays the same from build to build; @cut: it may end within a suffix. */
static size_t folded_len(const char *name, size_t len, bool cut)
{
	for (size_t i = 1; i < len; i++)
		if (name[i] == '.' && is_suffix(name + i + 1, len - i - 1, cut))
			return i;
	return len;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Return: how many digits there are; 0 also for more than 16. */
static size_t parse_hex(const char *text, size_t len, uint64_t *ret)
{
	size_t i;

	*ret = 0;
	for (i = 0; i < len && hex_digit(text[i]) >= 0; i++) {
		if (i == 16)
			return 0;
		*ret = *ret << 4 | (uint64_t)hex_digit(text[i]);
	}
	return i;
}

struct symbols_parser *symbols_parser_new(void)
{
	struct symbols_parser *p = calloc(1, sizeof(*p));

	if (p)
		p->sorted = true;
	return p;
}

struct symbols_parser *symbols_parser_free(struct symbols_parser *p)
{
	if (!p)
		return NULL;
	free(p->entries);
	free(p->text);
	free(p);
	return NULL;
}

static bool is_code(char type)
{
	return memchr("tTwW", type, 4);
}

/* Padding before functions (CONFIG_CALL_PADDING), and marks of code and data on ARM. */
static bool is_mark(const char *name, size_t len)
{
	return len == 0 || name[0] == '$' || (len >= 6 && !memcmp(name, "__pfx_", 6));
}

static int add_text(struct symbols_parser *p, const char *name, size_t len, uint32_t *ret)
{
	char *text = array_grow(p->text, &p->text_room, p->text_len + len + 1, 1);

	if (!text)
		return -ENOMEM;
	p->text = text;
	*ret = (uint32_t)p->text_len;
	memcpy(text + p->text_len, name, len);
	text[p->text_len + len] = '\0';
	p->text_len += len + 1;
	return 0;
}

static int add_entry(struct symbols_parser *p, uint64_t address, uint32_t name, bool module)
{
	struct symbols_entry e = { .address = address,
				   .name = name,
				   .order = (uint32_t)p->n_entries & INT32_MAX,
				   .module = module };
	struct symbols_entry *entries;

	if (p->n_entries >= SYMBOLS_MAX)
		return -EFBIG;
	entries = array_grow(p->entries, &p->entries_room, p->n_entries + 1, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	p->entries = entries;
	if (p->n_entries && entries[p->n_entries - 1].address > address)
		p->sorted = false;
	entries[p->n_entries++] = e;
	return 0;
}

static size_t word_len(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && s[i] != '\t' && s[i] != ' ' && s[i] != '\0' && s[i] != '\r')
		i++;
	return i;
}

/* The name in brackets; "" for the kernel itself. */
static void module_of(const char *rest, size_t len, char module[MODULE_MAX])
{
	const char *from = memchr(rest, '[', len);
	size_t n = 0;

	if (from)
		for (from++; n < MODULE_MAX - 1 && from + n < rest + len && from[n] != ']'; n++)
			module[n] = from[n];
	module[n] = '\0';
}

/* The last function of a module ends in the page in which it begins. */
static int end_module(struct symbols_parser *p)
{
	const uint64_t end = (p->module_last | (PAGE_BYTES - 1)) + 1;

	return *p->module && end ? add_entry(p, end, SYMBOLS_NO_NAME, true) : 0;
}

/* Called before a function is added: perhaps another module begins. */
static int follow_module(struct symbols_parser *p, uint64_t address, const char *module)
{
	int r = 0;

	if (strcmp(module, p->module) != 0) {
		r = end_module(p);
		memcpy(p->module, module, MODULE_MAX);
		p->module_last = 0;
	}
	if (address > p->module_last)
		p->module_last = address;
	return r;
}

static int parse_line(struct symbols_parser *p, const char *line, size_t len)
{
	uint64_t address;
	uint32_t text;
	size_t digits = parse_hex(line, len, &address), name_len;
	const char *name = line + digits + 3;
	char module[MODULE_MAX] = "";
	int r;

	if (!digits || len < digits + 4 || line[digits] != ' ' || line[digits + 2] != ' ')
		return 0;
	p->any_line = true;
	if (!address)
		return 0;
	p->any_address = true;
	name_len = word_len(name, len - digits - 3);
	if (is_mark(name, name_len))
		return 0;
	if (!is_code(line[digits + 1])) {
		/* Only the first of several data symbols can end a function: half of a kernel is
		 * data. */
		bool again = p->n_entries && p->last.name == SYMBOLS_NO_NAME &&
			     p->last.address <= address;

		p->last = (struct symbols_entry){ .address = address, .name = SYMBOLS_NO_NAME };
		return again ? 0 : add_entry(p, address, SYMBOLS_NO_NAME, false);
	}
	module_of(name + name_len, len - digits - 3 - name_len, module);
	r = follow_module(p, address, module);
	if (r < 0)
		return r;
	name_len = folded_len(name, name_len, false);
	if (name_len >= SYMBOL_NAME_MAX)
		name_len = SYMBOL_NAME_MAX - 1;
	r = add_text(p, name, name_len, &text);
	if (r < 0)
		return r;
	p->last = (struct symbols_entry){ .address = address };
	return add_entry(p, address, text, *module);
}

int symbols_parser_feed(struct symbols_parser *p, const char *data, size_t len)
{
	while (len) {
		const char *end = memchr(data, '\n', len);
		size_t n = end ? (size_t)(end - data) : len;
		size_t room = sizeof(p->line) - p->line_len;
		int r = 0;

		if (end && !p->line_len) {
			r = parse_line(p, data, n < room ? n : room);
		} else {
			memcpy(p->line + p->line_len, data, n < room ? n : room);
			p->line_len += n < room ? n : room;
			if (end) {
				r = parse_line(p, p->line, p->line_len);
				p->line_len = 0;
			}
		}
		if (r < 0)
			return r;
		n += end ? 1 : 0;
		data += n;
		len -= n;
	}
	return 0;
}

static int by_address(const void *left, const void *right)
{
	const struct symbols_entry *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Keep one entry per address: the first function there, else an end if a function precedes it. */
static void thin_out(struct symbols_parser *p)
{
	struct symbols_entry *e = p->entries;
	size_t kept = 0;

	for (size_t i = 0, next; i < p->n_entries; i = next) {
		size_t best = i;

		for (next = i + 1; next < p->n_entries && e[next].address == e[i].address; next++)
			if (e[best].name == SYMBOLS_NO_NAME && e[next].name != SYMBOLS_NO_NAME)
				best = next;
		if (e[best].name == SYMBOLS_NO_NAME &&
		    (!kept || e[kept - 1].name == SYMBOLS_NO_NAME))
			continue;
		e[kept++] = e[best];
	}
	p->n_entries = kept;
}

int symbols_parser_finish(struct symbols_parser *p, struct symbols **ret)
{
	int r = 0;

	if (p->line_len) /* the last line has no newline */
		r = parse_line(p, p->line, p->line_len);
	p->line_len = 0;
	if (r == 0)
		r = end_module(p);
	if (r < 0)
		return r;
	if (p->any_line && !p->any_address)
		return -EPERM;
	if (!p->sorted)
		qsort(p->entries, p->n_entries, sizeof(*p->entries), by_address);
	thin_out(p);
	return symbols_new(p->entries, p->n_entries, p->text, ret);
}

bool symbol_from_text(const char *text, size_t size, char name[SYMBOL_NAME_MAX], uint64_t *offset)
{
	size_t len = strnlen(text, size), end = 0, digits = 0;
	uint64_t value = 0;
	bool cut;

	while (end < len && text[end] != '+' && text[end] != ' ')
		end++;
	if (end == 0 || isdigit((unsigned char)text[0])) /* "0xffffffff81…" */
		return false;
	cut = end == len;
	if (!cut && len - end > 3 && !memcmp(text + end, "+0x", 3))
		digits = parse_hex(text + end + 3, len - end - 3, &value);
	/* Digits may be missing at the end of a text that was cut. */
	if (end + 3 + digits >= len || text[end + 3 + digits] != '/')
		digits = 0;
	end = folded_len(text, end, cut);
	if (end >= SYMBOL_NAME_MAX)
		end = SYMBOL_NAME_MAX - 1;
	memcpy(name, text, end);
	name[end] = '\0';
	if (offset)
		*offset = digits ? value : UINT64_MAX;
	return true;
}
