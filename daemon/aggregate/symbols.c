/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread, once for each drop point that it has not met before; pure but for
 * symbols_read() and symbols_load().
 *
 * A kernel has about 60,000 functions, and the table is most of what an idle daemon keeps in
 * memory, so it is packed: an address is 32 bits from the start of its segment (one segment spans
 * 4 GiB, which holds a kernel with its modules), and a name is found by its place in the text, of
 * which only every NAME_STRIDE-th is noted.
 *
 * A table says where functions begin, not where they end. An address therefore belongs to the
 * function before it only if no data begins between the two, and if it is no further away than a
 * function can be long: what lies past a module's last function is not in that function, but in a
 * module that the table does not know.
 */
#include "aggregate/symbols.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define SYMBOLS_MAX  4000000u     /* lines worth keeping; a kernel has 120,000 */
#define FUNCTION_MAX (1u << 16)   /* bytes; no network function comes near */
#define NAME_STRIDE  16
#define NO_NAME      UINT32_MAX   /* not a function, but the end of one */
#define LINE_BYTES   (16 + 3 + SYMBOL_NAME_MAX)

struct entry {
	uint64_t address;
	uint32_t name;  /* offset into the text; NO_NAME */
	uint32_t order; /* in the file: of several names at one address the first one counts */
};

struct symbols_parser {
	char line[LINE_BYTES]; /* a line that is not complete yet; what is longer is cut */
	size_t line_len;
	struct entry *entries;
	size_t n_entries, entries_room;
	char *text;
	size_t text_len, text_room;
	bool sorted;
	bool any_line, any_address; /* seen one at all; seen one that is not 0 */
	struct entry last;          /* the line before */
};

struct segment {
	uint64_t base;
	size_t first; /* index of its first entry */
};

struct symbols {
	size_t n;           /* entries: functions and their ends, by address */
	size_t functions;
	uint32_t *offsets;  /* from the segment's base */
	struct segment *segments;
	size_t n_segments;
	char *text;         /* all names in order, each with its NUL; "" for an end */
	uint32_t *names;    /* offsets into the text, of every NAME_STRIDE-th entry */
};

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

/* Compilers split and copy functions and mark the parts; the function stays the same. */
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

/* Length of a name without such suffixes; with @cut, its last word may be the beginning of one. */
static size_t folded_len(const char *name, size_t len, bool cut)
{
	for (size_t i = 1; i < len; i++)
		if (name[i] == '.' && is_suffix(name + i + 1, len - i - 1, cut))
			return i;
	return len;
}

static bool is_code(char type)
{
	return memchr("tTwW", type, 4);
}

/* Padding before functions (CONFIG_CALL_PADDING), and ARM's marks where code and data begin. */
static bool is_mark(const char *name, size_t len)
{
	return len == 0 || name[0] == '$' || (len >= 6 && !memcmp(name, "__pfx_", 6));
}

static int add_text(struct symbols_parser *p, const char *name, size_t len, uint32_t *ret)
{
	if (p->text_room - p->text_len < len + 1) {
		size_t room = p->text_room ? p->text_room * 2 : 65536;
		char *text = realloc(p->text, room);

		if (!text)
			return -ENOMEM;
		p->text = text;
		p->text_room = room;
	}
	*ret = (uint32_t)p->text_len;
	memcpy(p->text + p->text_len, name, len);
	p->text[p->text_len + len] = '\0';
	p->text_len += len + 1;
	return 0;
}

static int add_entry(struct symbols_parser *p, uint64_t address, uint32_t name)
{
	struct entry e = { .address = address, .name = name, .order = (uint32_t)p->n_entries };

	if (p->n_entries >= SYMBOLS_MAX)
		return -EFBIG;
	if (p->n_entries == p->entries_room) {
		size_t room = p->entries_room ? p->entries_room * 2 : 4096;
		struct entry *entries = reallocarray(p->entries, room, sizeof(*entries));

		if (!entries)
			return -ENOMEM;
		p->entries = entries;
		p->entries_room = room;
	}
	if (p->n_entries && p->entries[p->n_entries - 1].address > address)
		p->sorted = false;
	p->entries[p->n_entries++] = e;
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* How many digits; more than 16 are no address. */
static size_t parse_hex(const char *s, size_t len, uint64_t *ret)
{
	size_t i;

	*ret = 0;
	for (i = 0; i < len && hex_digit(s[i]) >= 0; i++) {
		if (i == 16)
			return 0;
		*ret = *ret << 4 | (uint64_t)hex_digit(s[i]);
	}
	return i;
}

static size_t word_len(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && s[i] != '\t' && s[i] != ' ' && s[i] != '\0' && s[i] != '\r')
		i++;
	return i;
}

static int parse_line(struct symbols_parser *p, const char *line, size_t len)
{
	uint64_t address;
	uint32_t text;
	size_t digits = parse_hex(line, len, &address), name_len;
	const char *name = line + digits + 3;
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
		/* In a run of data only the first can end a function; half of the kernel is data. */
		bool again = p->last.name == NO_NAME && p->last.address <= address && p->n_entries;

		p->last = (struct entry){ .address = address, .name = NO_NAME };
		return again ? 0 : add_entry(p, address, NO_NAME);
	}
	name_len = folded_len(name, name_len, false);
	if (name_len >= SYMBOL_NAME_MAX)
		name_len = SYMBOL_NAME_MAX - 1;
	r = add_text(p, name, name_len, &text);
	if (r < 0)
		return r;
	p->last = (struct entry){ .address = address };
	return add_entry(p, address, text);
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
	const struct entry *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Keep one entry an address: the first function there, else an end, if there is something to end. */
static void thin_out(struct symbols_parser *p)
{
	struct entry *e = p->entries;
	size_t kept = 0;

	for (size_t i = 0, next; i < p->n_entries; i = next) {
		size_t best = i;

		for (next = i + 1; next < p->n_entries && e[next].address == e[i].address; next++)
			if (e[best].name == NO_NAME && e[next].name != NO_NAME)
				best = next;
		if (e[best].name == NO_NAME && (!kept || e[kept - 1].name == NO_NAME))
			continue;
		e[kept++] = e[best];
	}
	p->n_entries = kept;
}

static bool new_segment(const struct symbols *s, uint64_t address)
{
	return !s->n_segments || address - s->segments[s->n_segments - 1].base > UINT32_MAX;
}

static int add_segment(struct symbols *s, uint64_t base, size_t first)
{
	struct segment *segments =
		reallocarray(s->segments, s->n_segments + 1, sizeof(*segments));

	if (!segments)
		return -ENOMEM;
	s->segments = segments;
	s->segments[s->n_segments++] = (struct segment){ .base = base, .first = first };
	return 0;
}

/*
 * The name of an entry, "" for an end. (Not "is it named? strlen() : 0": GCC 14 calls strlen() first
 * and asks afterwards.)
 */
static const char *name_of(const struct symbols_parser *p, const struct entry *e)
{
	return e->name == NO_NAME ? "" : p->text + e->name;
}

/* Room for everything, exactly. */
static int allocate(struct symbols *s, const struct symbols_parser *p)
{
	size_t text = 0;

	for (size_t i = 0; i < p->n_entries; i++) {
		text += 1 + strlen(name_of(p, &p->entries[i]));
		s->functions += p->entries[i].name != NO_NAME;
	}
	if (!s->functions)
		return -ENODATA;
	s->offsets = reallocarray(NULL, p->n_entries, sizeof(*s->offsets));
	s->names = reallocarray(NULL, p->n_entries / NAME_STRIDE + 1, sizeof(*s->names));
	s->text = malloc(text);
	return s->offsets && s->names && s->text ? 0 : -ENOMEM;
}

static int pack(struct symbols *s, const struct symbols_parser *p)
{
	char *to = s->text;

	for (size_t i = 0; i < p->n_entries; i++) {
		const struct entry *e = &p->entries[i];

		if (new_segment(s, e->address) && add_segment(s, e->address, i) < 0)
			return -ENOMEM;
		s->offsets[i] = (uint32_t)(e->address - s->segments[s->n_segments - 1].base);
		if (i % NAME_STRIDE == 0)
			s->names[i / NAME_STRIDE] = (uint32_t)(to - s->text);
		to = stpcpy(to, name_of(p, e)) + 1;
	}
	s->n = p->n_entries;
	return 0;
}

int symbols_parser_finish(struct symbols_parser *p, struct symbols **ret)
{
	cleanup(symbols_freep) struct symbols *s = NULL;
	int r = 0;

	if (p->line_len) /* the last line has no newline */
		r = parse_line(p, p->line, p->line_len);
	p->line_len = 0;
	if (r < 0)
		return r;
	if (p->any_line && !p->any_address)
		return -EPERM;
	if (!p->sorted)
		qsort(p->entries, p->n_entries, sizeof(*p->entries), by_address);
	thin_out(p);
	s = calloc(1, sizeof(*s));
	r = s ? allocate(s, p) : -ENOMEM;
	if (r == 0)
		r = pack(s, p);
	if (r < 0)
		return r;
	*ret = take(s);
	return 0;
}

int symbols_read(int fd, const char *name, struct symbols **ret, struct err *err)
{
	cleanup(symbols_parser_freep) struct symbols_parser *p = symbols_parser_new();
	char buf[4096]; /* /proc/kallsyms gives no more at a time */
	ssize_t n = 0;
	int r = p ? 0 : -ENOMEM;

	while (r == 0 && (n = read(fd, buf, sizeof(buf))) > 0)
		r = symbols_parser_feed(p, buf, (size_t)n);
	if (n < 0)
		r = -errno;
	if (r == 0)
		r = symbols_parser_finish(p, ret);
	if (r == -EPERM)
		return err_set(err, r, "%s: all addresses are hidden (CAP_SYSLOG is missing)", name);
	if (r == -ENODATA)
		return err_set(err, r, "%s: no function in it", name);
	return r < 0 ? err_set(err, r, "read %s: %m", name) : 0;
}

int symbols_load(const char *path, struct symbols **ret, struct err *err)
{
	cleanup(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? err_set(err, -errno, "open %s: %m", path) : symbols_read(fd, path, ret, err);
}

/* The last index in [low, high) whose key is not above; there is one. */
static size_t last_segment(const struct symbols *s, uint64_t address)
{
	size_t low = 0, high = s->n_segments;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->segments[middle].base <= address)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static size_t last_entry(const struct symbols *s, size_t low, size_t high, uint64_t offset)
{
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s->offsets[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

bool symbols_lookup(const struct symbols *s, uint64_t address, char name[SYMBOL_NAME_MAX],
		    uint64_t *start)
{
	size_t segment, end, i;
	const char *text;
	uint64_t base;

	if (!s || address < s->segments[0].base)
		return false;
	segment = last_segment(s, address);
	end = segment + 1 < s->n_segments ? s->segments[segment + 1].first : s->n;
	base = s->segments[segment].base;
	i = last_entry(s, s->segments[segment].first, end, address - base);
	if (address - base - s->offsets[i] >= FUNCTION_MAX)
		return false;
	text = s->text + s->names[i / NAME_STRIDE];
	for (size_t skip = i % NAME_STRIDE; skip; skip--)
		text += strlen(text) + 1;
	if (!*text)
		return false;
	memcpy(name, text, strlen(text) + 1);
	if (start)
		*start = base + s->offsets[i];
	return true;
}

size_t symbols_count(const struct symbols *s)
{
	return s ? s->functions : 0;
}

struct symbols *symbols_free(struct symbols *s)
{
	if (!s)
		return NULL;
	free(s->offsets);
	free(s->segments);
	free(s->text);
	free(s->names);
	free(s);
	return NULL;
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
	/* A digit may be missing unless something follows. */
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
