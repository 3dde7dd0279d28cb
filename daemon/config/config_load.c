/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: a file → config_yaml.c → config_apply.c → struct config.
 *
 * Thread: the caller's.
 */
#include "config/config_load.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "config/config_apply.h"
#include "config/config_option.h"
#include "config/config_yaml.h"

#define FILE_SIZE_MAX 65536

/* Either the config is valid afterwards, or there are problems. */
static int parse_text(struct config *c, const char *text, size_t len,
		      struct config_problems *problems)
{
	struct config_tree tree = { 0 };

	if (len > FILE_SIZE_MAX) {
		config_problem(problems, 1, 1, "the file is larger than %d bytes", FILE_SIZE_MAX);
		return -EINVAL;
	}
	config_yaml_read(text, len, &tree, problems);
	config_apply(tree.root, c, problems);
	config_yaml_free(&tree);
	if (problems->no_memory)
		return -ENOMEM;
	return problems->count ? -EINVAL : 0;
}

/* The rules of conf/classes.yaml behind the user's own. */
static int add_shipped_classes(struct config *c)
{
	struct config_problems problems = { 0 };
	struct config_errors unused;
	int r;

	r = parse_text(c, (const char *)config_shipped_classes, config_shipped_classes_size,
		       &problems);
	config_problems_print(&problems, "conf/classes.yaml", &unused);
	assert(r != -EINVAL);	   /* a test parses conf/classes.yaml */
	c->shipped_classes = true; /* the file itself leaves them out, for users who edit a copy */
	return r;
}

int config_parse(const char *name, const char *text, size_t len, struct config **ret,
		 struct config_errors *errors)
{
	cleanup(config_unrefp) struct config *c = config_new();
	struct config_problems problems = { 0 };
	int r;

	if (!c)
		return -ENOMEM;
	r = parse_text(c, text, len, &problems);
	config_problems_print(&problems, name, errors);
	c->n_own_classes = c->n_classes;
	if (r == 0 && c->shipped_classes)
		r = add_shipped_classes(c);
	if (r < 0)
		return r;
	*ret = take(c);
	return 0;
}

static int refuse(struct config_errors *errors, const char *path, int code, const char *why)
{
	errors->count = 1;
	errno = -code;
	if (why)
		snprintf(errors->text, sizeof(errors->text), "%s: %s\n", path, why);
	else
		snprintf(errors->text, sizeof(errors->text), "%s: %m\n", path);
	return code;
}

int config_load_file(const char *path, struct config **ret, struct config_errors *errors)
{
	struct err err = { 0 };
	cleanup(closep) int fd = file_open(path, &err);
	cleanup(config_unrefp) struct config *c = NULL;
	cleanup(freep) char *text = NULL;
	char name[sizeof(c->path)]; /* for sentences */
	ssize_t n;
	int r;

	utf8_clean(name, sizeof(name), path, strlen(path));
	if (fd < 0)
		return refuse(errors, name, fd, err.text);
	text = malloc(FILE_SIZE_MAX + 1);
	if (!text)
		return refuse(errors, name, -ENOMEM, NULL);
	n = file_read(fd, text, FILE_SIZE_MAX + 1); /* one more byte shows that it is too large */
	if (n < 0)
		return refuse(errors, name, (int)n, NULL);
	r = config_parse(name, text, (size_t)n, &c, errors);
	if (r == -ENOMEM)
		return refuse(errors, name, r, NULL);
	if (r < 0)
		return r;
	memcpy(c->path, name, strlen(name) + 1);
	*ret = take(c);
	return 0;
}

static int apply_options(const struct config_options *o, struct config *c,
			 struct config_errors *errors)
{
	struct err err = { 0 };
	const char *option = NULL;

	if (o->source && config_source_parse(&c->source, o->source, &err) < 0)
		option = "--source";
	else if (o->listen && config_listen_set(&c->web, o->listen, &err) < 0)
		option = "--web.listen-address";
	if (!option && o->log_level && !log_level_parse(o->log_level, &c->log_level)) {
		option = "--log.level";
		err_set(&err, -EINVAL, "\"%s\" is not one of error, warning, info, debug",
			o->log_level);
	}
	if (!option)
		return 0;
	errors->count = 1;
	snprintf(errors->text, sizeof(errors->text), "%s: %s\n", option, err.text);
	return -EINVAL;
}

/* Not there is one thing; there and out of our reach is another, which the reader reports. */
static bool may_exist(const char *path)
{
	return access(path, F_OK) == 0 || errno != ENOENT;
}

int config_load(struct config_options *options, struct config **ret, struct config_errors *errors)
{
	cleanup(config_unrefp) struct config *c = NULL;
	int r;

	if (!options->path && options->default_path && may_exist(options->default_path))
		options->path = options->default_path;
	if (options->path)
		r = config_load_file(options->path, &c, errors);
	else
		r = config_parse("built-in defaults", "", 0, &c, errors);
	if (r < 0 && !errors->count)
		snprintf(errors->text, sizeof(errors->text), "out of memory\n");
	if (r < 0)
		return r;
	c->loaded_ns = clock_realtime_ns();
	r = apply_options(options, c, errors);
	if (r < 0)
		return r;
	*ret = take(c);
	return 0;
}

struct config *config_load_defaults(void)
{
	struct config *c = config_new();

	if (c && add_shipped_classes(c) < 0)
		return config_unref(c);
	return c;
}
