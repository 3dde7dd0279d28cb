/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/answer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

int answers_init(struct answers *a, const struct content *content)
{
	struct bodies *bodies = calloc(content->n_routes, sizeof(*bodies));

	if (!bodies)
		return -ENOMEM;
	*a = (struct answers){ .content = content, .bodies = bodies };
	return 0;
}

void answers_done(struct answers *a)
{
	for (size_t i = 0; a->bodies && i < a->content->n_routes; i++)
		bodies_done(&a->bodies[i]);
	free(a->bodies);
	*a = (struct answers){ 0 };
}

bool answers_rest(struct answers *a, uint64_t now_ns)
{
	bool kept = false;

	for (size_t i = 0; i < a->content->n_routes; i++)
		kept |= bodies_rest(&a->bodies[i], now_ns);
	return kept;
}

/*
 * While all bodies have readers, the latest one is shared even if it is out of date. The server
 * disconnects the readers of the oldest body, so a later request can be answered with a new one.
 *
 * Return: NULL when out of memory.
 */
static struct body *find_or_render(const struct content *c, const struct content_route *route,
				   struct bodies *bodies)
{
	const uint64_t now_ns = clock_monotonic_ns();
	/* Before the body is written: if a newer value is published meanwhile, the body is only
	 * rendered once more than needed. */
	const uint64_t version = c->version(c->data);
	struct body *body = bodies_find(bodies, version, now_ns);

	if (body)
		return body;
	body = bodies_new(bodies);
	if (!body)
		return bodies_latest(bodies);
	route->write(c->data, &body->text);
	if (body->text.failed) {
		text_done(&body->text);
		return NULL;
	}
	bodies_add(bodies, body, version, now_ns);
	return body;
}

static int get_shared(const struct content *c, const struct content_route *route,
		      struct bodies *bodies, struct answer *ret)
{
	struct body *body = find_or_render(c, route, bodies);

	if (!body)
		return -ENOMEM;
	*ret = (struct answer){ .code = 200, .type = route->type, .shared = body_ref(body) };
	return 0;
}

static int get_own(const struct content *c, const struct content_route *route, struct answer *ret)
{
	struct answer a = { .type = route->type };

	a.code = route->write(c->data, &a.own);
	if (a.own.failed) {
		text_done(&a.own);
		return -ENOMEM;
	}
	*ret = a;
	return 0;
}

void answer_release(struct answer *answer)
{
	if (answer->shared)
		body_unref(answer->shared);
	text_done(&answer->own);
}

static size_t find_route(const struct content *c, const char *path)
{
	size_t i = 0;

	while (c->routes[i].path && strcmp(c->routes[i].path, path) != 0)
		i++;
	return i;
}

int answers_get(struct answers *a, const char *path, struct answer *ret)
{
	const size_t i = find_route(a->content, path);
	const struct content_route *route = &a->content->routes[i];

	if (route->shared)
		return get_shared(a->content, route, &a->bodies[i], ret);
	return get_own(a->content, route, ret);
}
