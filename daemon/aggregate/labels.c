/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory is taken in chunks that are never moved or given back before the end. The aggregator
 * writes behind what was published; readers only follow pointers that came to them in a snapshot,
 * and the lock of the slot that it travelled through orders our writes before their reads. So no
 * reader needs a lock here.
 */
#include "aggregate/labels.h"

#include <stdbool.h>
#include <string.h>

#include "aggregate/hash.h"
#include "base/slot.h"

#define CHUNK_BYTES 8192 /* of texts and label sets; no text is longer than this */

struct chunk {
	struct chunk *next;
	size_t used; /* bytes of data */
	_Alignas(max_align_t) char data[CHUNK_BYTES];
};

struct label_store {
	struct slot_value value; /* refcount */
	struct hash_key key;	 /* immutable */
	unsigned int shown;	 /* immutable: LABEL_BIT()s; all below: aggregator */
	struct chunk *texts;	 /* newest first */
	struct chunk *sets;	 /* newest first */
	const char **table;	 /* open addressing over the texts; NULL = free */
	size_t table_size;	 /* a power of two */
	size_t n_texts;
};

static struct chunk *chunks_free(struct chunk *c)
{
	while (c) {
		struct chunk *next = c->next;

		free(c);
		c = next;
	}
	return NULL;
}

static void store_destroy(struct slot_value *value)
{
	struct label_store *s = (struct label_store *)value; /* value is the first member */

	s->texts = chunks_free(s->texts);
	s->sets = chunks_free(s->sets);
	free(s->table);
	free(s);
}

static void *chunk_alloc(struct chunk **list, size_t size)
{
	struct chunk *c = *list;
	void *p;

	if (size > CHUNK_BYTES)
		return NULL;
	if (!c || c->used + size > CHUNK_BYTES) {
		c = malloc(sizeof(*c));
		if (!c)
			return NULL;
		c->used = 0;
		c->next = *list;
		*list = c;
	}
	p = c->data + c->used;
	c->used += size;
	return p;
}

struct label_store *label_store_new(unsigned int shown)
{
	struct label_store *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	slot_value_init(&s->value, store_destroy);
	s->key = hash_key_random();
	s->shown = shown;
	return s;
}

/* Where the text is, or where it belongs. There is always a free place. */
static const char **table_find(const struct label_store *s, const char *text, size_t len)
{
	size_t mask = s->table_size - 1;
	size_t i = hash128(s->key, text, len).h[0] & mask;

	while (s->table[i] && (strncmp(s->table[i], text, len) != 0 || s->table[i][len]))
		i = (i + 1) & mask;
	return &s->table[i];
}

static bool table_grow(struct label_store *s)
{
	size_t old_size = s->table_size;
	const char **old = s->table;
	const char **table = calloc(old_size ? old_size * 2 : 64, sizeof(*table));

	if (!table)
		return false;
	s->table = table;
	s->table_size = old_size ? old_size * 2 : 64;
	for (size_t i = 0; i < old_size; i++)
		if (old[i])
			*table_find(s, old[i], strlen(old[i])) = old[i];
	free(old);
	return true;
}

static const char *intern(struct label_store *s, const char *text, size_t len)
{
	const char **place;
	char *copy;

	if (len == 0)
		return "";
	/* at most three quarters full */
	if (s->n_texts * 4 >= s->table_size * 3 && !table_grow(s))
		return NULL;
	place = table_find(s, text, len);
	if (*place)
		return *place;
	copy = chunk_alloc(&s->texts, len + 1);
	if (!copy)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	*place = copy;
	s->n_texts++;
	return copy;
}

const char *label_store_text(struct label_store *s, const char *text)
{
	return intern(s, text, strlen(text));
}

const char *label_store_find(const struct label_store *s, const char *text)
{
	if (!*text)
		return "";
	return s->table_size ? *table_find(s, text, strlen(text)) : NULL;
}

/* Devlink's words for what a hardware drop has in place of a symbol and a reason. */
static const char *name_of(const struct drop_labels *l, enum label label)
{
	if (l->origin == DROP_ORIGIN_HARDWARE && label == LABEL_SYMBOL)
		return "trap";
	if (l->origin == DROP_ORIGIN_HARDWARE && label == LABEL_REASON)
		return "group";
	return label_name(label);
}

static void write_label(struct text *t, const char *name, const char *value)
{
	if (!value[0])
		return;
	text_str(t, t->len ? "," : "{");
	label_write(t, name, value);
}

/* Return: the length of the head. */
static size_t write_labels(struct text *t, const struct drop_labels *l, unsigned int shown)
{
	const bool software = l->origin == DROP_ORIGIN_SOFTWARE;
	size_t head_len;

	if (software && shown & LABEL_BIT(LABEL_ORIGIN))
		write_label(t, label_name(LABEL_ORIGIN), label_origin(l->origin));
	write_label(t, name_of(l, LABEL_SYMBOL), l->text[LABEL_SYMBOL]);
	head_len = t->len;
	for (enum label i = LABEL_REASON; i < LABEL_TEXTS; i++)
		write_label(t, name_of(l, i), l->text[i]);
	if (software && shown & LABEL_BIT(LABEL_CLASS))
		write_label(t, label_name(LABEL_CLASS), label_class(l->drop_class));
	text_str(t, t->len ? "} " : " ");
	return head_len;
}

static bool add_label_text(struct label_store *s, struct drop_labels *set)
{
	cleanup(text_done) struct text t = { 0 };
	const size_t head_len = write_labels(&t, set, s->shown);

	if (t.failed || t.len > UINT16_MAX)
		return false;
	set->all = (struct label_text){
		.head = intern(s, t.bytes, head_len),
		.head_len = (uint16_t)head_len,
		.tail = intern(s, t.bytes + head_len, t.len - head_len),
		.tail_len = (uint16_t)(t.len - head_len),
	};
	return set->all.head && set->all.tail;
}

const struct drop_labels *label_store_add(struct label_store *s, const struct drop_labels *labels)
{
	struct drop_labels set = *labels;
	struct drop_labels *ret;

	for (enum label i = 0; i < LABEL_TEXTS; i++) {
		set.text[i] = label_store_text(s, labels->text[i]);
		if (!set.text[i])
			return NULL;
	}
	if (!add_label_text(s, &set))
		return NULL;
	ret = chunk_alloc(&s->sets, sizeof(*ret));
	if (!ret)
		return NULL;
	*ret = set;
	return ret;
}

struct label_store *label_store_ref(struct label_store *s)
{
	slot_value_ref(&s->value);
	return s;
}

struct label_store *label_store_unref(struct label_store *s)
{
	slot_value_unref(s ? &s->value : NULL);
	return NULL;
}
