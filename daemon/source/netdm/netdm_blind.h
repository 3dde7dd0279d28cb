/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * For how long may the drop monitor have been off? No event reports that another program stopped
 * it, so all we know is when it was last on. Pure: time is passed in.
 */

#include <stdbool.h>
#include <stdint.h>

/* All times are CLOCK_MONOTONIC. */
struct netdm_blind {
	uint64_t proven_ns;	    /* when it was last known to be on; 0: never */
	uint64_t since_ns;	    /* it may have been off since then; 0: it is on */
	uint64_t until_ns;	    /* end of the last blind span, or when it was first on */
	uint64_t total_ns;	    /* of all past blind spans */
	uint64_t interrupted_ns[2]; /* when interruptions by others were noticed: last, previous */
};

/**
 * netdm_blind_proof() - an answer shows that it was on
 * @b: a current blind span ends
 * @then_ns: time of the question
 * @now_ns: time of the answer
 *
 * Thread: any, one.
 */
void netdm_blind_proof(struct netdm_blind *b, uint64_t then_ns, uint64_t now_ns);

/**
 * netdm_blind_begin() - it is off, or was, or whether it is on is not known any more
 * @b: nothing happens during a blind span, or if it was never on
 *
 * The span begins one second before the last proof: in summary mode the kernel holds back its
 * counts for up to a second, and discards them when it is stopped and started. A span never
 * overlaps the previous one. Thread: any, one.
 */
void netdm_blind_begin(struct netdm_blind *b);

/** netdm_blind_total() - the sum of all blind spans up to now, in ns. Thread: any, one. */
uint64_t netdm_blind_total(const struct netdm_blind *b, uint64_t now_ns);

/** netdm_blind_interrupted() - another program stopped it or took it over. Thread: any, one. */
void netdm_blind_interrupted(struct netdm_blind *b, uint64_t now_ns);

/**
 * netdm_blind_flaps() - do others interrupt it again and again?
 *
 * They do from the second interruption within 10 s until there has been none for 10 s.
 *
 * Return: whether they do at @now_ns. Thread: any, one.
 */
bool netdm_blind_flaps(const struct netdm_blind *b, uint64_t now_ns);
