/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Place in the path: reading + snapshots → ledger. Thread: ledger.
 *
 * The kernel is read while packets are dropped, so no snapshot shows exactly the drops that its
 * counters include. A reading is therefore put between two snapshots: the one before it shows only
 * drops that the counters include, the one after shows all of them. Growth from a reading A to a
 * reading B is at least what was counted from the snapshot after A to the one before B, and at most
 * what was counted from the snapshot before A to the one after B. Packets that we lost, or whose
 * network namespace or device is unknown, raise this upper bound. Only what is outside of the
 * bounds is unexplained (equation.c).
 */
#include "ledger/balance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "ledger/account.h"
#include "ledger/equation.h"
#include "ledger/seen.h"
#include "ledger/sight.h"

struct balance {
	struct accounts accounts;
	struct seen *seen;
	struct spans spans;
	uint64_t readings;
	uint64_t last_ns, last_lost; /* of the last reading: CLOCK_MONOTONIC, seen_lost() before */
	uint64_t lost_before;	     /* seen_lost() in the snapshot before this reading */
};

/* Where growth is counted from. */
struct reference {
	struct account_mark mark;
	uint64_t time_ns, lost;
};

struct bounds {
	uint64_t least, most;
};

struct balance *balance_new(void)
{
	cleanup(balance_freep) struct balance *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->accounts.key = hash_key_random();
	b->seen = seen_new(&b->accounts);
	return b->seen ? take(b) : NULL;
}

struct balance *balance_free(struct balance *b)
{
	if (!b)
		return NULL;
	seen_free(b->seen);
	accounts_done(&b->accounts);
	free(b);
	return NULL;
}

/* How much a was after b; 0 if it was not. */
static uint64_t excess(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static bool is_of_device(const struct account *a)
{
	return counter_at(a->counter)->scope == COUNTER_DEVICE;
}

void balance_before(struct balance *b, const struct snapshot *snap)
{
	if (seen_take(b->seen, snap) < 0)
		return;
	b->lost_before = seen_lost(b->seen);
	for (size_t i = 0; i < b->accounts.n; i++) {
		struct account_growth *g = b->accounts.all[i].growth;

		if (!g)
			continue;
		g->seen_before = g->seen;
		g->most_before = g->most;
	}
}

/* ---- a reading into the accounts ---- */

/* Was it in the last reading, or does its counter exist even so? */
static bool is_known(const struct balance *b, const struct account *a)
{
	return is_of_device(a) ? a->reading && a->reading == b->readings : a->reading != 0;
}

/* Everything that needs memory. */
static int prepare_accounts(struct balance *b, const struct reading_value *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const int place = accounts_open(&b->accounts, values[i].counter, values[i].device);
		struct account *a = place < 0 ? NULL : &b->accounts.all[place];

		if (place == -ENOMEM)
			return place;
		if (a && is_known(b, a) && values[i].value > a->kernel &&
		    accounts_track(&b->accounts, a) == -ENOMEM)
			return -ENOMEM;
	}
	return 0;
}

/* An account that was not in the last reading. */
static void begin_account(struct balance *b, struct account *a, uint64_t value, uint64_t now_ns)
{
	struct account_growth *g = a->growth;
	const uint64_t least = g ? excess(g->seen_before, g->last.seen) : 0;
	const uint64_t most = g ? g->most - g->last.most : 0;
	struct account_mark mark;

	if (!g || !is_of_device(a) || b->readings == 0 || least > value) {
		mark = (struct account_mark){ value, g ? g->seen : 0, g ? g->most_before : 0 };
		account_restart(a, mark, now_ns, b->lost_before);
		return;
	}
	/* The counter of a new device began at 0, that of one from another namespace did not. */
	mark = g->last;
	mark.kernel = excess(value, most);
	account_restart(a, mark, b->last_ns, b->last_lost);
}

static void read_account(struct balance *b, struct account *a, uint64_t value, uint64_t now_ns)
{
	struct account_growth *g = a->growth;

	if (!is_known(b, a))
		begin_account(b, a, value, now_ns);
	else if (value < a->kernel)
		account_restart(
			a, (struct account_mark){ value, g ? g->seen : 0, g ? g->most_before : 0 },
			now_ns, b->lost_before);
	a->kernel = value;
	a->reading = b->readings + 1;
	if (g)
		g->last = (struct account_mark){ value, g->seen, g->most_before };
}

/* What is unknown about the device of a drop, and drops of devices that may appear, go on. */
static void pass_over(struct account *a)
{
	struct account_growth *g = a->growth;

	if (g && is_of_device(a))
		g->last = (struct account_mark){ 0, g->seen, g->most_before };
}

static void keep_marks(struct balance *b)
{
	for (size_t i = 0; i < b->accounts.n; i++) {
		struct account *a = &b->accounts.all[i];

		if (a->reading != b->readings)
			pass_over(a);
		for (size_t k = 0; a->growth && k < SPANS_ROLLING; k++)
			if (b->spans.due[k] >= 0)
				a->growth->marks[k][b->spans.due[k]] = a->growth->last;
	}
}

static void read_accounts(struct balance *b, const struct reading_value *values, size_t n,
			  uint64_t now_ns)
{
	for (size_t i = 0; i < n; i++) {
		struct account *a = accounts_find(&b->accounts, values[i].counter,
						  values[i].device);

		if (a)
			read_account(b, a, values[i].value, now_ns);
	}
	b->readings++;
	b->last_ns = now_ns;
	b->last_lost = b->lost_before;
	spans_note(&b->spans, now_ns, b->lost_before);
	keep_marks(b);
}

/* ---- the accounts as a ledger ---- */

static struct reference find_reference(const struct balance *b, const struct account *a,
				       enum ledger_span span)
{
	const int place = span == LEDGER_SINCE_START
				  ? -1
				  : spans_reference(&b->spans, span - 1, b->last_ns);
	const struct spans_moment *m = place < 0 ? NULL : &b->spans.moments[span - 1][place];
	const struct account_growth *g = a->growth;

	if (!m || m->time_ns < a->since_ns)
		return (struct reference){ g ? g->base : (struct account_mark){ a->kernel },
					   a->since_ns, a->since_lost };
	return (struct reference){ g ? g->marks[span - 1][place]
				     : (struct account_mark){ a->kernel },
				   m->time_ns, m->lost };
}

/* What we counted at the drop points of a counter: at least, and at most if we lost nothing. */
static void add_seen(const struct account *a, const struct account_mark *from, struct bounds *ret)
{
	const struct account_growth *g = a->growth;

	if (!g || counter_at(a->counter)->n_points == 0)
		return;
	ret->least += excess(g->seen_before, from->seen);
	ret->most += g->most - from->most;
}

/* A counter that includes part of this one; NULL: the kernel has never shown it. */
static const struct account *find_other(const struct balance *b, const struct account *a,
					const char *name)
{
	const int counter = counter_find_name(name);
	const struct account *other =
		counter < 0 ? NULL : accounts_find(&b->accounts, (unsigned int)counter, a->device);

	return other && other->reading ? other : NULL;
}

static const char *missing_part(const struct balance *b, const struct account *a)
{
	const char *const *name = counter_at(a->counter)->elsewhere;

	for (; name && *name; name++) {
		const struct account *other = find_other(b, a, *name);

		if (other && other->reading != b->readings)
			return "A counter that includes part of it could not be read.";
	}
	return NULL;
}

/*
 * The growth of the counters that include part of this one. They are not read at the same instant,
 * so while they grow the difference is uncertain by as much as what we saw of them is. If one was
 * first read later than this one, or began again, any part of this one may have been there before.
 */
static uint64_t counted_elsewhere(const struct balance *b, const struct account *a,
				  const struct reference *since, enum ledger_span span,
				  struct bounds *ret)
{
	const char *const *name = counter_at(a->counter)->elsewhere;
	uint64_t sum = 0;

	for (; name && *name; name++) {
		const struct account *other = find_other(b, a, *name);
		struct reference from;

		if (!other)
			continue;
		from = find_reference(b, other, span);
		sum += excess(other->kernel, from.mark.kernel);
		add_seen(other, &from.mark, ret);
		if (from.time_ns > since->time_ns)
			ret->most += a->kernel - since->mark.kernel;
	}
	return sum;
}

/* Drops at this counter's drop points whose device is unknown. */
static uint64_t without_device(const struct balance *b, const struct account *a,
			       enum ledger_span span)
{
	const struct account *u = is_of_device(a) ? accounts_find(&b->accounts, a->counter, "")
						  : NULL;

	return u && u->growth ? u->growth->most - find_reference(b, u, span).mark.most : 0;
}

static struct equation make_equation(const struct balance *b, const struct account *a,
				     const struct reference *from, enum ledger_span span)
{
	struct bounds own = { 0 }, others = { 0 };
	struct equation e = {
		.relation = counter_at(a->counter)->relation,
		.kernel = a->kernel - from->mark.kernel,
		.elsewhere = counted_elsewhere(b, a, from, span, &others),
	};
	const uint64_t slack = e.relation == COUNTER_NO_EVENT ? 0 : others.most - others.least;

	add_seen(a, &from->mark, &own);
	e.least = excess(own.least, slack);
	e.most = own.most + slack;
	if (counter_at(a->counter)->n_points > 0)
		e.most += seen_lost(b->seen) - from->lost + without_device(b, a, span);
	return e;
}

static struct ledger_cell make_cell(const struct balance *b, const struct account *a,
				    enum ledger_span span, bool compared)
{
	const struct reference from = find_reference(b, a, span);
	const struct equation e = make_equation(b, a, &from, span);
	struct ledger_cell cell = { .kernel = e.kernel };

	cell.span_s = (uint32_t)((b->last_ns - from.time_ns) / NSEC_PER_SEC);
	if (compared)
		equation_solve(&e, &cell);
	return cell;
}

static void make_row(const struct balance *b, const struct account *a, const struct sight *sight,
		     struct ledger_row *row)
{
	row->counter = counter_at(a->counter);
	snprintf(row->device, sizeof(row->device), "%s", a->device);
	row->value = a->kernel;
	row->unavailable = sight_problem(sight, row->counter) ?: missing_part(b, a);
	for (enum ledger_span i = 0; i < LEDGER_SPANS; i++)
		row->cells[i] = make_cell(b, a, i, !row->unavailable);
	row->n_points = seen_points(b->seen, a, row->points);
}

/* Devices are many, and most of their counters never grow. */
static bool is_shown(const struct balance *b, const struct account *a)
{
	const struct account_growth *g = a->growth;

	if (a->reading != b->readings)
		return false;
	return !is_of_device(a) ||
	       (g && (a->kernel != g->base.kernel || g->seen_before > g->base.seen));
}

static int compare_rows(const void *a, const void *b)
{
	const struct account *const *x = a, *const *y = b;

	if ((*x)->counter != (*y)->counter)
		return (*x)->counter < (*y)->counter ? -1 : 1;
	return strcmp((*x)->device, (*y)->device);
}

static size_t choose_rows(const struct balance *b, const struct account *ret[LEDGER_ROWS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < b->accounts.n && n < LEDGER_ROWS_MAX; i++)
		if (is_shown(b, &b->accounts.all[i]))
			ret[n++] = &b->accounts.all[i];
	qsort(ret, n, sizeof(struct account *), compare_rows);
	return n;
}

int balance_after(struct balance *b, const struct balance_reading *r, const struct snapshot *snap,
		  struct ledger **ret)
{
	struct ledger *l;
	const struct account *chosen[LEDGER_ROWS_MAX];
	const struct sight sight = sight_of(snap, r->labels);
	size_t n;
	const struct reading_value *values = reading_values(r->values, &n);

	if (seen_take(b->seen, snap) < 0)
		return -ENOMEM;
	if (accounts_sweep(&b->accounts, b->readings))
		seen_relink(b->seen);
	if (prepare_accounts(b, values, n) < 0)
		return -ENOMEM;
	read_accounts(b, values, n, r->monotonic_ns);
	n = choose_rows(b, chosen);
	l = ledger_new(n);
	if (!l)
		return -ENOMEM;
	l->time_ns = r->time_ns;
	l->monotonic_ns = r->monotonic_ns;
	l->readings = b->readings;
	for (size_t i = 0; i < n; i++)
		make_row(b, chosen[i], &sight, &l->rows[i]);
	*ret = l;
	return 0;
}
