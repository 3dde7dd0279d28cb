/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Used by the aggregator thread, once for each drop point that it has not met before; pure but for
 * symbols_read() and symbols_load().
 *
 * A kernel has about 60,000 functions, and the table is most of what an idle daemon keeps in
 * memory, so it is packed: an address is 32 bits from the start of its segment (one segment spans
 * 4 GiB, which holds a kernel with its modules), names take five bits a letter (packed.h), and of
 * their places only every NAME_STRIDE-th is noted.
 *
 * A table says where functions begin, not where they end. An address therefore belongs to the
 * function before it only if no data begins between the two, and if it is no further away than a
 * function can be long: what lies past a module's last function is not in that function, but in a
 * module that the table does not know. Nor does a module's last function go on in the next page,
 * which may belong to another module (symbols_parser.c).
 */
#include "aggregate/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "aggregate/packed.h"
#include "aggregate/symbols_parser.h"

#define FUNCTION_MAX (1u << 16) /* bytes; no network function comes near */
#define NAME_STRIDE  32
#define FILE_MIB_MAX 64 /* more than a million symbols; kallsyms of Debian has 10 MiB */

struct segment {
	uint64_t base;
	size_t first; /* index of its first entry */
};

struct symbols {
	size_t n; /* entries: functions and their ends, by address */
	size_t functions;
	uint32_t *offsets; /* from the segment's base */
	struct segment *segments;
	size_t n_segments;
	uint8_t *packed;		/* all names in order; "" for an end */
	uint32_t *names;		/* offsets into packed, of every NAME_STRIDE-th entry */
	uint64_t core_first, core_last; /* functions of the kernel itself */
};

static bool new_segment(const struct symbols *s, uint64_t address)
{
	return !s->n_segments || address - s->segments[s->n_segments - 1].base > UINT32_MAX;
}

static int add_segment(struct symbols *s, uint64_t base, size_t first)
{
	struct segment *segments = reallocarray(s->segments, s->n_segments + 1, sizeof(*segments));

	if (!segments)
		return -ENOMEM;
	s->segments = segments;
	s->segments[s->n_segments++] = (struct segment){ .base = base, .first = first };
	return 0;
}

/*
 * The name of an entry, "" for an end. (Not "is it named? strlen() : 0": GCC 14 calls strlen()
 * first and asks afterwards.)
 */
static const char *name_of(const struct symbols_entry *e, const char *text)
{
	return e->name == SYMBOLS_NO_NAME ? "" : text + e->name;
}

static void note_core(struct symbols *s, const struct symbols_entry *e)
{
	if (e->module || e->name == SYMBOLS_NO_NAME)
		return;
	if (!s->core_first)
		s->core_first = e->address;
	s->core_last = e->address;
}

/* Room for everything, exactly. */
static int allocate(struct symbols *s, const struct symbols_entry *entries, size_t n,
		    const char *text)
{
	uint8_t packed[PACKED_MAX];
	size_t size = 0;

	for (size_t i = 0; i < n; i++) {
		size += packed_put(packed, name_of(&entries[i], text));
		s->functions += entries[i].name != SYMBOLS_NO_NAME;
		note_core(s, &entries[i]);
	}
	if (!s->functions)
		return -ENODATA;
	s->offsets = reallocarray(NULL, n, sizeof(*s->offsets));
	s->names = reallocarray(NULL, n / NAME_STRIDE + 1, sizeof(*s->names));
	s->packed = malloc(size);
	return s->offsets && s->names && s->packed ? 0 : -ENOMEM;
}

static int pack(struct symbols *s, const struct symbols_entry *entries, size_t n, const char *text)
{
	uint8_t *to = s->packed;

	for (size_t i = 0; i < n; i++) {
		uint64_t address = entries[i].address;
		uint8_t packed[PACKED_MAX];
		size_t len = packed_put(packed, name_of(&entries[i], text));

		if (new_segment(s, address) && add_segment(s, address, i) < 0)
			return -ENOMEM;
		s->offsets[i] = (uint32_t)(address - s->segments[s->n_segments - 1].base);
		if (i % NAME_STRIDE == 0)
			s->names[i / NAME_STRIDE] = (uint32_t)(to - s->packed);
		memcpy(to, packed, len);
		to += len;
	}
	s->n = n;
	return 0;
}

int symbols_new(const struct symbols_entry *entries, size_t n, const char *text,
		struct symbols **ret)
{
	cleanup(symbols_freep) struct symbols *s = calloc(1, sizeof(*s));
	int r = s ? allocate(s, entries, n, text) : -ENOMEM;

	if (r == 0)
		r = pack(s, entries, n, text);
	if (r < 0)
		return r;
	*ret = take(s);
	return 0;
}

int symbols_read(int fd, const char *name, struct symbols **ret, struct err *err)
{
	cleanup(symbols_parser_freep) struct symbols_parser *p = symbols_parser_new();
	char buf[4096]; /* /proc/kallsyms gives no more at a time */
	uint64_t size = 0;
	ssize_t n = 0;
	int r = p ? 0 : -ENOMEM;

	while (r == 0 && (n = read(fd, buf, sizeof(buf))) > 0) {
		size += (uint64_t)n;
		r = size >> 20 < FILE_MIB_MAX ? symbols_parser_feed(p, buf, (size_t)n) : -EFBIG;
	}
	if (n < 0)
		r = -errno;
	if (r == 0)
		r = symbols_parser_finish(p, ret);
	if (r == -EFBIG)
		return err_set(err, r, "%s: larger than a table of symbols can be (%d MiB)", name,
			       FILE_MIB_MAX);
	if (r == -EPERM)
		return err_set(err, r, "%s: all addresses are hidden (CAP_SYSLOG is missing)",
			       name);
	if (r == -ENODATA)
		return err_set(err, r, "%s: no function in it", name);
	return r < 0 ? err_set(err, r, "read %s: %m", name) : 0;
}

int symbols_open(const char *path, struct err *err)
{
	/* O_NONBLOCK: the open of a FIFO would wait for its writer. */
	cleanup(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(err, -errno, "%s: %m", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, -EINVAL, "%s: not a regular file", path);
	return take_fd(fd);
}

int symbols_load(const char *path, struct symbols **ret, struct err *err)
{
	cleanup(closep) int fd = symbols_open(path, err);

	return fd < 0 ? fd : symbols_read(fd, path, ret, err);
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
	const uint8_t *packed;
	uint64_t base;

	if (!s || address < s->segments[0].base)
		return false;
	segment = last_segment(s, address);
	end = segment + 1 < s->n_segments ? s->segments[segment + 1].first : s->n;
	base = s->segments[segment].base;
	i = last_entry(s, s->segments[segment].first, end, address - base);
	if (address - base - s->offsets[i] >= FUNCTION_MAX)
		return false;
	packed = s->packed + s->names[i / NAME_STRIDE];
	for (size_t skip = i % NAME_STRIDE; skip; skip--)
		packed += packed_len(packed);
	if (packed_len(packed) == 1)
		return false;
	packed_get(packed, name, SYMBOL_NAME_MAX);
	if (start)
		*start = base + s->offsets[i];
	return true;
}

bool symbols_is_core(const struct symbols *s, uint64_t address)
{
	return s && address >= s->core_first && address <= s->core_last;
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
	free(s->packed);
	free(s->names);
	free(s);
	return NULL;
}
