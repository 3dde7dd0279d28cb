/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/driver_query.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "ledger/driver_stats.h"

#define STATISTICS_MAX 16384 /* mlx5_core has about 90 for each CPU */

/*
 * The kernel writes as many as there are, however many were asked for, so there is room for more in
 * case queues are added meanwhile.
 */
#define ROOM_FOR(n) (2 * (size_t)(n))

struct driver_statistic {
	uint32_t at; /* among all statistics of the device */
	const char *counter;
};

static int ask(int fd, const char *device, void *command)
{
	struct ifreq req = { .ifr_data = command };

	memcpy(req.ifr_name, device, strnlen(device, IFNAMSIZ - 1));
	return ioctl(fd, SIOCETHTOOL, &req) < 0 ? -errno : 0;
}

/* Return: how many statistics the device has; 0: none that can be read. */
static uint32_t count_statistics(int fd, const char *device)
{
	cleanup(freep) struct ethtool_sset_info *info =
		calloc(1, sizeof(*info) + sizeof(info->data[0]));

	if (!info)
		return 0;
	info->cmd = ETHTOOL_GSSET_INFO;
	info->sset_mask = 1ull << ETH_SS_STATS;
	if (ask(fd, device, info) < 0 || !info->sset_mask)
		return 0;
	return info->data[0] <= STATISTICS_MAX ? info->data[0] : 0;
}

static int want(struct driver_device *d, uint32_t at, const char *counter)
{
	struct driver_statistic *all;

	all = array_grow(d->wanted, &d->room, d->n_wanted + 1, sizeof(*all));
	if (!all)
		return -ENOMEM;
	d->wanted = all;
	all[d->n_wanted++] = (struct driver_statistic){ .at = at, .counter = counter };
	return 0;
}

/* Read the names of the statistics. */
static int learn(struct driver_device *d, int fd, const char *device)
{
	cleanup(freep) struct ethtool_gstrings *names =
		calloc(1, sizeof(*names) + ROOM_FOR(d->n_stats) * ETH_GSTRING_LEN);
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	if (!names)
		return -ENOMEM;
	*names = (struct ethtool_gstrings){
		.cmd = ETHTOOL_GSTRINGS,
		.string_set = ETH_SS_STATS,
		.len = d->n_stats,
	};
	if (ask(fd, device, &info) < 0 || ask(fd, device, names) < 0 || names->len != d->n_stats)
		return -EAGAIN;
	info.driver[sizeof(info.driver) - 1] = '\0';
	for (uint32_t i = 0; i < d->n_stats; i++) {
		char *name = (char *)&names->data[(size_t)i * ETH_GSTRING_LEN];
		const char *counter;

		name[ETH_GSTRING_LEN - 1] = '\0';
		counter = driver_stats_counter(info.driver, name);
		if (counter && want(d, i, counter) < 0)
			return -ENOMEM;
	}
	return 0;
}

static void forget(struct driver_device *d)
{
	free(d->wanted);
	*d = (struct driver_device){ 0 };
}

static void add_statistics(const struct driver_device *d, int fd, const char *device,
			   struct reading *r)
{
	cleanup(freep) struct ethtool_stats *stats =
		calloc(1, sizeof(*stats) + ROOM_FOR(d->n_stats) * sizeof(uint64_t));

	if (!stats)
		return;
	*stats = (struct ethtool_stats){ .cmd = ETHTOOL_GSTATS, .n_stats = d->n_stats };
	if (ask(fd, device, stats) < 0 || stats->n_stats != d->n_stats)
		return;
	for (size_t i = 0; i < d->n_wanted; i++)
		reading_add(r, "driver", d->wanted[i].counter, device,
			    stats->data[d->wanted[i].at]);
}

static void read_device(struct driver_device *d, int fd, const struct link *link, struct reading *r)
{
	const uint32_t n = count_statistics(fd, link->name);

	if (d->ifindex != link->ifindex || d->n_stats != n) {
		forget(d);
		*d = (struct driver_device){ .ifindex = link->ifindex, .n_stats = n };
		if (n && learn(d, fd, link->name) < 0)
			forget(d);
	}
	if (d->n_wanted)
		add_statistics(d, fd, link->name, r);
}

int driver_query_read(struct driver_query *q, const struct links *links, uint64_t deadline_ns,
		      struct reading *r)
{
	cleanup(closep) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t n = 0;

	if (fd < 0)
		return -errno;
	for (size_t i = 0; i < links->n && n < DRIVER_DEVICES_MAX; i++) {
		if (links->all[i].virtual)
			continue;
		if (clock_monotonic_ns() >= deadline_ns)
			return -ETIMEDOUT;
		read_device(&q->devices[n++], fd, &links->all[i], r);
	}
	while (n < DRIVER_DEVICES_MAX)
		forget(&q->devices[n++]);
	return 0;
}

void driver_query_done(struct driver_query *q)
{
	for (size_t i = 0; i < DRIVER_DEVICES_MAX; i++)
		forget(&q->devices[i]);
}
