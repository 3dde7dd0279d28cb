/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* From a module that may not be loaded to a monitor that is on. */

#include "source/netdm/netdm_state.h"

/** netdm_start_seek() - look for the family, again and again. Thread: one, as below. */
void netdm_start_seek(struct netdm_session *s);

/**
 * netdm_start_begin() - set the monitor up and start it
 *
 * What is on because of us is stopped first, since nothing can be set up while it is on.
 */
void netdm_start_begin(struct netdm_session *s);

/** netdm_start_on_family() - the answer to FAMILY */
void netdm_start_on_family(struct netdm_session *s, const struct netdm_answer *a);

/** netdm_start_on_config() - the answer to CONFIG */
void netdm_start_on_config(struct netdm_session *s, const struct netdm_answer *a);

/** netdm_start_on_start() - the answer to START for one half */
void netdm_start_on_start(struct netdm_session *s, const struct netdm_answer *a,
			  struct netdm_half *half);
