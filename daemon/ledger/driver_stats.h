/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Which statistics of network drivers, as "ethtool -S" prints them, count lost packets.
 */

/**
 * driver_stats_counter() - the counter to which a statistic belongs
 * @driver: as "ethtool -i" prints it; any text
 * @name: of the statistic; any text
 *
 *	rx_ring_full	there was no free receive descriptor
 *	rx_no_buffer	the network card or the driver had no memory for the packet
 *	rx_limit	beyond the bandwidth that a cloud provider allows; may be only delayed
 *	tx_limit	likewise
 *	limit		beyond its packet rate or tracked connections, in any direction
 *	xdp_drop	dropped by an XDP program
 *	tx_ring_full	there was no free transmit descriptor for a packet of an XDP program
 *	tx_no_link	the link went down before they were sent
 *	tx_discard	the device accepted and discarded them
 *
 * No packet is counted twice: of a total and the statistics of the queues that it adds up, only one
 * is used, and none that the driver also adds to a counter of the device (struct
 * rtnl_link_stats64).
 *
 * Return: the name in the group "driver"; NULL: it counts no lost packets, or other counters
 * include them. Thread: any; pure.
 */
const char *driver_stats_counter(const char *driver, const char *name);
