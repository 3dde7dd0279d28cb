/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ledger/driver_stats.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * Checked with the sources of Linux 6.1 and 6.12, in drivers/net. Not here, since they lose no
 * packets of their own:
 *
 * - rx_no_buffer_count of e1000, e1000e, igb, igc and ixgbe: the packet still waits in the network
 *   card. If it is lost there, rx_missed_errors counts it, which is link.rx_missed.
 * - rx_queue_#_drops of igb and igc: in link.rx_fifo_errors.
 * - rx_out_of_buffer of mlx5_core, rx_dropped.nic of ice, rx_discards of a ring of bnxt_en: are
 *   link.rx_missed.
 * - tx_discards_phy of mlx5_core: is link.tx_aborted_errors.
 * - rx_xdp_drops of virtio_net, and since Linux 6.12 queue_#_rx_xdp_drop of ena: in
 *   link.rx_dropped. rx_hw_drops of virtio_net: is queue.rx_hw_drops.
 * - tx_no_memory, tx_no_space and tx_too_big of hv_netvsc, and "drv dropped" of vmxnet3: in
 *   link.tx_dropped and link.rx_dropped.
 * - Failures to allocate the next buffers: the packet is not lost, or an skb was there.
 */
static const struct {
	const char *driver;
	const char *name; /* "#": any number */
	const char *counter;
} statistics[] = {
	/* amazon/ena/ena_ethtool.c ena_stats_eni_strings */
	{ "ena", "bw_in_allowance_exceeded", "rx_limit" },
	{ "ena", "bw_out_allowance_exceeded", "tx_limit" },
	{ "ena", "conntrack_allowance_exceeded", "limit" },
	{ "ena", "linklocal_allowance_exceeded", "limit" },
	{ "ena", "pps_allowance_exceeded", "limit" },
	/* broadcom/bnxt/bnxt_ethtool.c bnxt_port_stats_arr */
	{ "bnxt_en", "rx_stat_discard", "rx_no_buffer" },
	/* google/gve/gve_ethtool.c gve_get_ethtool_stats() */
	{ "gve", "rx_no_buffers_posted[#]", "rx_ring_full" },
	{ "gve", "rx_skb_alloc_fail", "rx_no_buffer" },
	{ "gve", "rx_xdp_drop[#]", "xdp_drop" },
	/* hyperv/netvsc_drv.c netvsc_recv_callback() */
	{ "hv_netvsc", "rx_no_memory", "rx_no_buffer" },
	{ "hv_netvsc", "rx_queue_#_xdp_drop", "xdp_drop" },
	/* intel/i40e/i40e_main.c i40e_update_pf_stats() */
	{ "i40e", "port.rx_discards", "rx_no_buffer" },
	{ "i40e", "port.tx_dropped_link_down", "tx_no_link" },
	/* intel/ice/ice_main.c ice_update_pf_stats() */
	{ "ice", "tx_dropped_link_down.nic", "tx_no_link" },
	/* intel/ixgbe/ixgbe_main.c ixgbe_update_stats() */
	{ "ixgbe", "rx_no_dma_resources", "rx_ring_full" },
	/* mellanox/mlx4/en_ethtool.c */
	{ "mlx4_en", "rx_xdp_drop", "xdp_drop" },
	/* mellanox/mlx5/core/en_stats.c sw_stats_desc, pport_2863_stats_desc */
	{ "mlx5_core", "rx_discards_phy", "rx_no_buffer" },
	{ "mlx5_core", "rx_xdp_drop", "xdp_drop" },
	{ "mlx5_core", "rx_xsk_xdp_drop", "xdp_drop" },
	/* virtio_net.c virtnet_sq_stats_desc; since Linux 6.11 the totals are there as well */
	{ "virtio_net", "tx_queue_#_xdp_tx_drops", "tx_ring_full" },
	{ "virtio_net", "tx#_xdp_tx_drops", "tx_ring_full" },
	/* vmxnet3/vmxnet3_ethtool.c: one of each name for each queue */
	{ "vmxnet3", "  pkts rx OOB", "rx_ring_full" },
	{ "vmxnet3", "  pkts tx discard", "tx_discard" },
	{ "vmxnet3", "     xdp drops", "xdp_drop" },
};

static bool matches(const char *pattern, const char *name)
{
	for (; *pattern && *name; pattern++) {
		if (*pattern == '#' && isdigit((unsigned char)*name))
			name += strspn(name, "0123456789");
		else if (*pattern != *name++)
			return false;
	}
	return *pattern == *name;
}

const char *driver_stats_counter(const char *driver, const char *name)
{
	for (size_t i = 0; i < sizeof(statistics) / sizeof(statistics[0]); i++)
		if (strcmp(statistics[i].driver, driver) == 0 && matches(statistics[i].name, name))
			return statistics[i].counter;
	return NULL;
}
