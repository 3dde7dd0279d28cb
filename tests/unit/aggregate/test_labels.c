/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include "aggregate/labels.h"
#include "aggregate/snapshot.h"

static void equal_texts_are_one(void **state)
{
	cleanup(label_store_unrefp) struct label_store *s = label_store_new(LABELS_ALL);
	char copy[] = "udp_queue_rcv_skb";
	const char *first = label_store_text(s, "udp_queue_rcv_skb");

	(void)state;
	assert_ptr_not_equal(first, copy);
	assert_ptr_equal(label_store_text(s, copy), first);
	assert_string_equal(first, copy);
	assert_string_equal(label_store_text(s, ""), "");
}

static void texts_stay_where_they_are(void **state)
{
	cleanup(label_store_unrefp) struct label_store *s = label_store_new(LABELS_ALL);
	const char *texts[5000];
	char name[32];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "symbol_%d", i);
		texts[i] = label_store_text(s, name);
	}
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "symbol_%d", i);
		assert_string_equal(texts[i], name);
		assert_ptr_equal(label_store_text(s, name), texts[i]);
	}
}

static void a_text_beyond_a_chunk_is_refused(void **state)
{
	cleanup(label_store_unrefp) struct label_store *s = label_store_new(LABELS_ALL);
	static char text[10000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_null(label_store_text(s, text));
	assert_non_null(label_store_text(s, "short"));
}

static void finds_what_it_has(void **state)
{
	cleanup(label_store_unrefp) struct label_store *s = label_store_new(LABELS_ALL);
	const char *eth0;

	(void)state;
	assert_null(label_store_find(s, "eth0"));
	eth0 = label_store_text(s, "eth0");
	assert_ptr_equal(label_store_find(s, "eth0"), eth0);
	assert_null(label_store_find(s, "eth1"));
	assert_string_equal(label_store_find(s, ""), "");
}

static void sets_outlive_the_owner(void **state)
{
	cleanup(snapshot_unrefp) struct snapshot *snap = snapshot_new(3, 0);
	struct label_store *s = label_store_new(LABELS_ALL);
	struct drop_labels in = { .id = 99,
				  .born = 7,
				  .origin = DROP_ORIGIN_HARDWARE,
				  .text[LABEL_SYMBOL] = "trap",
				  .text[LABEL_REASON] = "group",
				  .text[LABEL_DEVICE] = "",
				  .text[LABEL_PROTOCOL] = "",
				  .text[LABEL_IN_DEVICE] = "",
				  .text[LABEL_TRANSPORT] = "" };

	(void)state;
	for (int i = 0; i < 3; i++)
		snap->rows[i].labels = label_store_add(s, &in);
	snap->store = label_store_ref(s);
	s = label_store_unref(s);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(snap->rows[i].labels->id, 99);
		assert_int_equal(snap->rows[i].labels->born, 7);
		assert_int_equal(snap->rows[i].labels->origin, DROP_ORIGIN_HARDWARE);
		assert_string_equal(snap->rows[i].labels->text[LABEL_SYMBOL], "trap");
		assert_string_equal(snap->rows[i].labels->text[LABEL_DEVICE], "");
	}
}

static void expect_text(const struct drop_labels *l, const char *head, const char *tail)
{
	assert_int_equal(l->all.head_len, strlen(head));
	assert_memory_equal(l->all.head, head, l->all.head_len);
	assert_int_equal(l->all.tail_len, strlen(tail));
	assert_memory_equal(l->all.tail, tail, l->all.tail_len);
}

/* One label set of a store that shows these labels. */
static void expect_shown(unsigned int shown, enum drop_origin origin, const char *head,
			 const char *tail)
{
	static const struct drop_labels in = {
		.text = { "f", "R", "eth\"0\\\n", "", "ipv4", "" },
		.drop_class = DROP_CLASS_EXPECTED,
	};
	cleanup(label_store_unrefp) struct label_store *s = label_store_new(shown);
	struct drop_labels l = in;

	l.origin = (uint8_t)origin;
	expect_text(label_store_add(s, &l), head, tail);
}

static void all_labels_as_text(void **state)
{
	(void)state;
	expect_shown(LABELS_ALL, DROP_ORIGIN_SOFTWARE, "{origin=\"software\",symbol=\"f\"",
		     ",reason=\"R\",device=\"eth\\\"0\\\\\\n\",protocol=\"ipv4\","
		     "class=\"expected\"} ");
	expect_shown(LABEL_BIT(LABEL_SYMBOL), DROP_ORIGIN_SOFTWARE, "{symbol=\"f\"",
		     ",reason=\"R\",device=\"eth\\\"0\\\\\\n\",protocol=\"ipv4\"} ");
	expect_shown(LABELS_ALL, DROP_ORIGIN_HARDWARE, "{trap=\"f\"",
		     ",group=\"R\",device=\"eth\\\"0\\\\\\n\",protocol=\"ipv4\"} ");
}

static void no_labels_as_text(void **state)
{
	static const struct drop_labels none = { .text = { "", "", "", "", "", "" } };
	static const struct drop_labels reason = { .text = { "", "R", "", "", "", "" } };
	cleanup(label_store_unrefp) struct label_store *s = label_store_new(0);

	(void)state;
	expect_text(label_store_add(s, &none), "", " ");
	expect_text(label_store_add(s, &reason), "", "{reason=\"R\"} ");
}

/* Ten thousand series share some hundred pieces. */
static void pieces_are_shared(void **state)
{
	static const struct drop_labels a = { .text = { "f", "R", "", "", "", "" } };
	static const struct drop_labels b = { .text = { "f", "S", "", "", "", "" } };
	static const struct drop_labels c = { .text = { "g", "R", "", "", "", "" } };
	cleanup(label_store_unrefp) struct label_store *s = label_store_new(LABELS_ALL);
	const struct drop_labels *x = label_store_add(s, &a);

	(void)state;
	assert_ptr_equal(label_store_add(s, &b)->all.head, x->all.head);
	assert_ptr_equal(label_store_add(s, &c)->all.tail, x->all.tail);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_texts_are_one),
		cmocka_unit_test(texts_stay_where_they_are),
		cmocka_unit_test(a_text_beyond_a_chunk_is_refused),
		cmocka_unit_test(finds_what_it_has),
		cmocka_unit_test(sets_outlive_the_owner),
		cmocka_unit_test(all_labels_as_text),
		cmocka_unit_test(no_labels_as_text),
		cmocka_unit_test(pieces_are_shared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
