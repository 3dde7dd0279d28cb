/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "expose/routes.h"
#include "world.h"
#include "world_ledger.h"

struct fixture {
	struct slot snapshots, status, ledger;
	struct routes routes;
	struct text body;
};

static void set_up(struct fixture *f)
{
	memset(f, 0, sizeof(*f));
	slot_init(&f->snapshots);
	slot_init(&f->status);
	slot_init(&f->ledger);
	slot_publish(&f->snapshots, &snapshot_new(0, 0)->value);
	routes_init(&f->routes, &f->snapshots, &f->status, &f->ledger, "REVISION");
}

static void tear_down(struct fixture *f)
{
	text_done(&f->body);
	slot_done(&f->snapshots);
	slot_done(&f->status);
	slot_done(&f->ledger);
}

static unsigned int get(struct fixture *f, const char *path)
{
	const struct content *c = &f->routes.content;
	const struct content_route *route = c->routes;
	unsigned int code;

	while (route->path && strcmp(route->path, path) != 0)
		route++;
	text_reset(&f->body);
	code = route->write(c->data, &f->body);
	assert_false(f->body.failed);
	assert_true(f->body.len > 0);
	assert_true(code == 200 || !route->shared);
	return code;
}

static void expect_body(const struct fixture *f, const char *want)
{
	assert_int_equal(f->body.len, strlen(want));
	assert_memory_equal(f->body.bytes, want, f->body.len);
}

static void note_view(void *arg)
{
	(*(int *)arg)++;
}

/* Somebody who looks at the ledger gets a new one soon. A scrape takes what there is. */
static void the_page_shows_interest_in_the_ledger(void **state)
{
	struct fixture f;
	int views = 0;

	(void)state;
	set_up(&f);
	f.routes.viewed = note_view;
	f.routes.viewed_arg = &views;
	assert_int_equal(get(&f, "/metrics"), 200);
	assert_int_equal(views, 0);
	assert_int_equal(get(&f, "/"), 200);
	assert_int_equal(views, 1);
	tear_down(&f);
}

static void serves_its_paths(void **state)
{
	static const char *const paths[] = { "/",	 "/metrics",   "/style.css",
					     "/page.js", "/-/healthy", "/-/ready" };
	struct fixture f;

	(void)state;
	set_up(&f);
	slot_publish(&f.snapshots, &world_small()->value);
	slot_publish(&f.status, &world_status()->value);
	slot_publish(&f.ledger, &world_ledger()->value);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_int_equal(get(&f, paths[i]), 200);
	assert_int_equal(get(&f, "/metric"), 404);
	tear_down(&f);
}

static void ready_or_why_not(void **state)
{
	struct snapshot *s = world_small();
	struct source_stats *source = &s->health.sources[0];
	struct fixture f;

	(void)state;
	set_up(&f);
	assert_int_equal(get(&f, "/-/ready"), 503);
	expect_body(&f, "not ready: nothing was counted yet\n");
	assert_int_equal(get(&f, "/-/healthy"), 200);
	assert_int_equal(get(&f, "/metrics"), 200);
	assert_int_equal(get(&f, "/"), 200);
	slot_publish(&f.snapshots, &s->value);
	assert_int_equal(get(&f, "/-/ready"), 200);
	source->up = false; /* no other thread reads this snapshot */
	assert_int_equal(get(&f, "/-/ready"), 503);
	expect_body(&f, "not ready: the source is not up\n");
	strcpy(source->trouble, "it is raining");
	assert_int_equal(get(&f, "/-/ready"), 503);
	expect_body(&f, "not ready: it is raining\n");
	source->finished = true;
	assert_int_equal(get(&f, "/-/ready"), 200);
	tear_down(&f);
}

/* Otherwise clients would be sent an old body. */
static void each_value_is_another_version(void **state)
{
	uint64_t versions[7];
	struct fixture f;

	(void)state;
	set_up(&f);
	for (size_t i = 0; i < 7; i++) {
		versions[i] = f.routes.content.version(f.routes.content.data);
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(versions[i], versions[k]);
		if (i % 3 == 0)
			slot_publish(&f.status, &world_status()->value);
		else if (i % 3 == 1)
			slot_publish(&f.snapshots, &world_small()->value);
		else
			slot_publish(&f.ledger, &world_ledger()->value);
	}
	tear_down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(serves_its_paths),
		cmocka_unit_test(the_page_shows_interest_in_the_ledger),
		cmocka_unit_test(ready_or_why_not),
		cmocka_unit_test(each_value_is_another_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
