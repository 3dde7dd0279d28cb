/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory comes in chunks that are neither moved nor freed before the store is. The aggregator
 * appends to what it has published. Readers follow only pointers from a snapshot, and the lock of
 * the slot that passed it on orders our writes before their reads. So readers need no lock here.
 */
#include "aggregate/labels.h"

#include <stdbool.h>
#include <string.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/index.h"
#include "base/slot.h"

#define CHUNK_BYTES 8192 /* of texts or label sets; no text is longer */

struct chunk {
	struct chunk *next;
	size_t used; /* bytes of data */
	_Alignas(max_align_t) char data[CHUNK_BYTES];
};

struct label_store {
	struct slot_value value;   /* refcount */
	struct hash_key key;	   /* immutable */
	unsigned int shown;	   /* immutable: LABEL_BIT()s; all below: aggregator */
	struct chunk *text_chunks; /* newest first */
	struct chunk *set_chunks;  /* newest first */
	const char **texts;	   /* each distinct text */
	size_t n_texts, texts_room;
	struct index index; /* text to its number in texts[] */
};

void drop_labels_texts(const struct drop_labels *labels, const char *ret[LABELS])
{
	memcpy(ret, labels->text, sizeof(labels->text));
	ret[LABEL_ORIGIN] = label_origin(labels->origin);
	ret[LABEL_CLASS] = label_class(labels->drop_class);
}

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

	s->text_chunks = chunks_free(s->text_chunks);
	s->set_chunks = chunks_free(s->set_chunks);
	free(s->texts);
	index_done(&s->index);
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

static uint32_t text_hash(const struct label_store *s, const char *text, size_t len)
{
	return (uint32_t)hash128(s->key, text, len).h[0];
}

static const char *find_text(const struct label_store *s, const char *text, size_t len,
			     uint32_t hash)
{
	struct index_probe probe = index_probe(&s->index, hash);

	while (index_next(&s->index, &probe)) {
		const char *known = s->texts[probe.id];

		if (strncmp(known, text, len) == 0 && !known[len])
			return known;
	}
	return NULL;
}

/* The one copy of a text, which need not end with a NUL; NULL: out of memory. */
static const char *intern(struct label_store *s, const char *text, size_t len)
{
	const uint32_t hash = text_hash(s, text, len);
	const char *known = len ? find_text(s, text, len, hash) : "";
	const char **texts;
	char *copy;

	if (known)
		return known;
	texts = array_grow(s->texts, &s->texts_room, s->n_texts + 1, sizeof(*texts));
	if (!texts)
		return NULL;
	s->texts = texts;
	copy = chunk_alloc(&s->text_chunks, len + 1);
	if (!copy || index_add(&s->index, hash, (uint32_t)s->n_texts) < 0)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	s->texts[s->n_texts++] = copy;
	return copy;
}

const char *label_store_text(struct label_store *s, const char *text)
{
	return intern(s, text, strlen(text));
}

const char *label_store_find(const struct label_store *s, const char *text)
{
	const size_t len = strlen(text);

	return len ? find_text(s, text, len, text_hash(s, text, len)) : "";
}

/* Devlink's words for what a hardware drop has in place of a symbol and a reason. */
static const char *shown_name(const struct drop_labels *l, enum label label)
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
	write_label(t, shown_name(l, LABEL_SYMBOL), l->text[LABEL_SYMBOL]);
	head_len = t->len;
	for (enum label i = LABEL_REASON; i < LABEL_TEXTS; i++)
		write_label(t, shown_name(l, i), l->text[i]);
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
	ret = chunk_alloc(&s->set_chunks, sizeof(*ret));
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
