/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config_load.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/config_listen.h"
#include "config/config_source.h"
#include "config/config_file.h"

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
		r = config_file_load(options->path, &c, errors);
	else
		r = config_file_parse("built-in defaults", "", 0, &c, errors);
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

	if (c && config_add_shipped_classes(c) < 0)
		return config_unref(c);
	return c;
}
