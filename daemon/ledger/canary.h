/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Proof that drops are seen. The canary is a datagram that we send to a closed port of our own on
 * the loopback address. The kernel drops it, so it must be counted.
 */

#include <stdint.h>

#include "aggregate/snapshot.h"
#include "base/cleanup.h"
#include "base/slot.h"
#include "ledger/ledger.h"

struct canary;

struct canary_report {
	struct ledger_canary counts;
	const char *trouble; /* why the last canary proves nothing: a sentence; "" */
};

/**
 * canary_new() - nothing is sent yet
 * @notes: of struct canary_note, which the aggregator reads; outlives the result
 *
 * Return: NULL when out of memory. Thread: ledger.
 */
struct canary *canary_new(struct slot *notes);

/**
 * canary_step() - send a canary if it is time, and look for the one that was sent
 * @c: the canary
 * @period_s: between two canaries; 0: send no more, and end when the last one has ended
 * @s: the latest snapshot
 * @now_ns: CLOCK_MONOTONIC; also the number of a canary that is sent now
 *
 * It is missed if the kernel refused the datagram, but it was not counted in time: within
 * @period_s, but not less than 5 s and not more than 30 s; within 30 s if @period_s became 0. If it
 * cannot be sent or was not refused, that is trouble and no miss.
 *
 * Return: CLOCK_MONOTONIC of the next call; UINT64_MAX: when @period_s changes. Thread: ledger.
 */
uint64_t canary_step(struct canary *c, uint32_t period_s, const struct snapshot *s,
		     uint64_t now_ns);

/** canary_off() - do not expect the one that was sent, and close the sockets. Thread: ledger. */
void canary_off(struct canary *c);

/** canary_report() - what happened so far; valid until the next step. Thread: ledger. */
struct canary_report canary_report(const struct canary *c);

/** canary_free() - free; NULL is fine. The note stays. Return: NULL. Thread: ledger. */
struct canary *canary_free(struct canary *c);

DEFINE_CLEANUP(struct canary *, canary_free);
