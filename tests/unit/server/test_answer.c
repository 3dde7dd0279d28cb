/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <errno.h>
#include <string.h>

#include "server/answer.h"

#define LARGE_BYTES 1000000

/* Content whose bodies contain how often they were rendered. */
struct content_data {
	uint64_t version;
	unsigned int rendered;
	bool fail;
};

static unsigned int write_shared(void *data, struct text *body)
{
	struct content_data *d = data;

	text_str(body, "shared ");
	text_u64(body, ++d->rendered);
	body->failed |= d->fail;
	return 200;
}

static unsigned int write_large(void *data, struct text *body)
{
	static const char bytes[LARGE_BYTES];

	(void)data;
	text_write(body, bytes, sizeof(bytes));
	return 200;
}

static unsigned int write_own(void *data, struct text *body)
{
	struct content_data *d = data;

	text_str(body, "own ");
	text_u64(body, ++d->rendered);
	body->failed |= d->fail;
	return 503;
}

static unsigned int write_nothing(void *data, struct text *body)
{
	(void)data;
	text_str(body, "nothing");
	return 404;
}

static uint64_t get_version(void *data)
{
	const struct content_data *d = data;

	return d->version;
}

static const struct content_route routes[] = {
	{ "/shared", "text/shared", true, write_shared },
	{ "/large", "text/large", true, write_large },
	{ "/own", "text/own", false, write_own },
	{ NULL, "text/none", false, write_nothing },
};

struct fixture {
	struct content_data data;
	struct content content;
	struct answers answers;
};

static void set_up(struct fixture *f)
{
	*f = (struct fixture){ .content = { routes, 4, get_version, &f->data } };
	assert_int_equal(answers_init(&f->answers, &f->content), 0);
}

static struct answer get(struct fixture *f, const char *path)
{
	struct answer a = { 0 };

	assert_int_equal(answers_get(&f->answers, path, &a), 0);
	return a;
}

static void expect(const struct answer *a, unsigned int code, const char *type, const char *body)
{
	const struct text *text = a->shared ? &a->shared->text : &a->own;

	assert_int_equal(a->code, code);
	assert_string_equal(a->type, type);
	assert_int_equal(text->len, strlen(body));
	assert_memory_equal(text->bytes, body, text->len);
}

static void finds_the_route(void **state)
{
	static const char *const unknown[] = { "", "/", "own", "/own/", "/ownx", "/ow", "//own" };
	struct fixture f;
	struct answer a;

	(void)state;
	set_up(&f);
	a = get(&f, "/own");
	expect(&a, 503, "text/own", "own 1");
	answer_release(&a);
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		a = get(&f, unknown[i]);
		expect(&a, 404, "text/none", "nothing");
		answer_release(&a);
	}
	answers_done(&f.answers);
}

static void shares_until_the_version_changes(void **state)
{
	struct answer first, again, next;
	struct fixture f;

	(void)state;
	set_up(&f);
	first = get(&f, "/shared");
	again = get(&f, "/shared");
	expect(&again, 200, "text/shared", "shared 1");
	assert_ptr_equal(again.shared, first.shared);
	f.data.version++;
	next = get(&f, "/shared");
	expect(&next, 200, "text/shared", "shared 2");
	answer_release(&first);
	expect(&again, 200, "text/shared", "shared 1"); /* still being sent */
	answer_release(&again);
	answer_release(&next);
	answers_done(&f.answers);
}

static void does_not_share_the_rest(void **state)
{
	struct answer first, again;
	struct fixture f;

	(void)state;
	set_up(&f);
	first = get(&f, "/own");
	again = get(&f, "/own");
	expect(&first, 503, "text/own", "own 1");
	expect(&again, 503, "text/own", "own 2");
	answer_release(&first);
	answer_release(&again);
	answers_done(&f.answers);
}

/* While slow clients hold all bodies, another client gets the latest one and is not refused. */
static void never_refuses(void **state)
{
	struct answer a[BODIES_MAX], more;
	struct fixture f;

	(void)state;
	set_up(&f);
	for (size_t i = 0; i < BODIES_MAX; i++) {
		f.data.version++;
		a[i] = get(&f, "/shared");
	}
	f.data.version++;
	more = get(&f, "/shared");
	assert_ptr_equal(more.shared, a[BODIES_MAX - 1].shared);
	answer_release(&more);
	answer_release(&a[0]);
	more = get(&f, "/shared");
	assert_ptr_not_equal(more.shared, a[BODIES_MAX - 1].shared);
	answer_release(&more);
	for (size_t i = 1; i < BODIES_MAX; i++)
		answer_release(&a[i]);
	answers_done(&f.answers);
}

static void frees_large_bodies_at_rest(void **state)
{
	const struct body *body;
	struct fixture f;
	struct answer a;

	(void)state;
	set_up(&f);
	a = get(&f, "/large");
	body = a.shared;
	answers_rest(&f.answers, UINT64_MAX);
	assert_int_equal(body->text.len, LARGE_BYTES); /* not sent yet */
	answer_release(&a);
	answers_rest(&f.answers, body->made_ns);
	assert_int_equal(body->text.len, LARGE_BYTES);
	answers_rest(&f.answers, UINT64_MAX);
	assert_null(body->text.bytes);
	a = get(&f, "/large");
	answer_release(&a);
	answers_done(&f.answers);
}

static void out_of_memory(void **state)
{
	struct answer a = { .code = 1 };
	struct fixture f;

	(void)state;
	set_up(&f);
	f.data.fail = true;
	assert_int_equal(answers_get(&f.answers, "/shared", &a), -ENOMEM);
	assert_int_equal(answers_get(&f.answers, "/own", &a), -ENOMEM);
	assert_int_equal(a.code, 1);
	f.data.fail = false;
	a = get(&f, "/shared");
	expect(&a, 200, "text/shared", "shared 3");
	answer_release(&a);
	answers_done(&f.answers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_route),
		cmocka_unit_test(shares_until_the_version_changes),
		cmocka_unit_test(does_not_share_the_rest),
		cmocka_unit_test(never_refuses),
		cmocka_unit_test(frees_large_bodies_at_rest),
		cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
