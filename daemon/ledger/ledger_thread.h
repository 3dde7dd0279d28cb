/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * The thread that reads the kernel's counters and publishes the ledger. A driver or a file may hold
 * it up without end: no other thread waits for it, and the watchdog does not watch it.
 */

#include "base/cleanup.h"
#include "base/err.h"
#include "base/slot.h"

struct ledger_thread;

struct ledger_ports {
	struct slot *config;	/* struct config: read before each reading */
	struct slot *snapshots; /* struct snapshot: read */
	struct slot *ledger;	/* struct ledger: published here; emptied if it is switched off */
	struct slot *canary;	/* struct canary_note: published here */
};

/**
 * ledger_thread_start() - start the thread; its first reading is the one that growth is counted
 * from
 * @ports: copied; the slots outlive the result
 *
 * Return: 0 or a negative errno. Thread: main.
 */
int ledger_thread_start(const struct ledger_ports *ports, struct ledger_thread **ret,
			struct err *err);

/**
 * ledger_thread_request() - read the kernel's counters soon, at most once a second
 * @t: NULL is fine
 *
 * Never waits. Thread: any.
 */
void ledger_thread_request(struct ledger_thread *t);

/**
 * ledger_thread_reloaded() - there is another configuration
 * @t: NULL is fine
 *
 * Thread: main.
 */
void ledger_thread_reloaded(struct ledger_thread *t);

/**
 * ledger_thread_stop() - tell the thread to end, wait for it for two seconds at most, free it
 * @t: NULL is fine
 *
 * A thread that is held up is left alone; it does not use the slots any more.
 *
 * Return: NULL. Thread: main.
 */
struct ledger_thread *ledger_thread_stop(struct ledger_thread *t);

DEFINE_CLEANUP(struct ledger_thread *, ledger_thread_stop);
