/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * How long the drop monitor may have been off. Nobody is told when another program stops it, so all
 * that is known is when it was last on. Pure: time is passed in.
 */

#include <stdbool.h>
#include <stdint.h>

/* All times are CLOCK_MONOTONIC. */
struct netdm_blind {
	uint64_t proven_ns;	    /* it was on then; 0: not yet */
	uint64_t since_ns;	    /* it may have been off since then; 0: it is on */
	uint64_t until_ns;	    /* end of the last blind span, or when it was first on */
	uint64_t total_ns;	    /* of all blind spans that are over */
	uint64_t interrupted_ns[2]; /* when interruptions by others were noticed: last, previous */
};

/**
 * netdm_blind_proof() - it was on
 * @then_ns: when the question was asked that was answered so
 * @now_ns: when the answer came, which ends a blind span
 *
 * Thread: any, one.
 */
void netdm_blind_proof(struct netdm_blind *b, uint64_t then_ns, uint64_t now_ns);

/**
 * netdm_blind_begin() - it is off, or was, or that is not known any more
 * @b: nothing happens if the span has begun already, or if it was never on
 *
 * The span begins one second before the last proof: for so long the kernel holds back what it has
 * counted in summary mode, and it discards that when it is stopped and started. A span never
 * overlaps the one before it. Thread: any, one.
 */
void netdm_blind_begin(struct netdm_blind *b);

/** netdm_blind_total() - all blind spans, the one at hand included, in ns. Thread: any, one. */
uint64_t netdm_blind_total(const struct netdm_blind *b, uint64_t now_ns);

/** netdm_blind_interrupted() - another program stopped it or took it over. Thread: any, one. */
void netdm_blind_interrupted(struct netdm_blind *b, uint64_t now_ns);

/**
 * netdm_blind_flaps() - do others interrupt it again and again?
 *
 * It does from the second interruption within 10 s until 10 s have passed without another one.
 *
 * Return: whether it does at @now_ns. Thread: any, one.
 */
bool netdm_blind_flaps(const struct netdm_blind *b, uint64_t now_ns);
