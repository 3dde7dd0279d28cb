/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <stdbool.h>
#include <string.h>

#include "base/counter.h"
#include "ledger/driver_stats.h"

/* One statistic for each counter. */
static const struct {
	const char *driver, *name;
} statistics[] = {
	{ "ixgbe", "rx_no_dma_resources" },    { "mlx5_core", "rx_discards_phy" },
	{ "ena", "bw_in_allowance_exceeded" }, { "ena", "bw_out_allowance_exceeded" },
	{ "ena", "pps_allowance_exceeded" },   { "mlx5_core", "rx_xdp_drop" },
	{ "virtio_net", "tx0_xdp_tx_drops" },  { "ice", "tx_dropped_link_down.nic" },
	{ "vmxnet3", "  pkts tx discard" },
};

static bool gives(const char *counter)
{
	for (size_t i = 0; i < sizeof(statistics) / sizeof(statistics[0]); i++) {
		const char *found = driver_stats_counter(statistics[i].driver, statistics[i].name);

		assert_non_null(found);
		assert_true(counter_find("driver", found) >= 0);
		if (strcmp(found, counter) == 0)
			return true;
	}
	return false;
}

static void every_counter_of_the_ledger(void **state)
{
	(void)state;
	for (size_t i = 0; i < counter_count(); i++) {
		const char *name = counter_at(i)->name;

		if (strncmp(name, "driver.", 7) == 0 && !gives(name + 7))
			fail_msg("nothing gives %s", name);
	}
}

static void statistics_of_known_drivers(void **state)
{
	(void)state;
	assert_string_equal(driver_stats_counter("ixgbe", "rx_no_dma_resources"), "rx_ring_full");
	assert_string_equal(driver_stats_counter("mlx5_core", "rx_discards_phy"), "rx_no_buffer");
	assert_string_equal(driver_stats_counter("ena", "bw_in_allowance_exceeded"), "rx_limit");
	assert_string_equal(driver_stats_counter("vmxnet3", "     xdp drops"), "xdp_drop");
}

static void a_name_means_what_its_driver_means(void **state)
{
	(void)state;
	assert_null(driver_stats_counter("igb", "rx_no_dma_resources"));
	assert_null(driver_stats_counter("", "rx_xdp_drop"));
	assert_null(driver_stats_counter("ena", ""));
	assert_null(driver_stats_counter("", ""));
}

static void a_number_is_of_any_length(void **state)
{
	(void)state;
	assert_string_equal(driver_stats_counter("gve", "rx_xdp_drop[0]"), "xdp_drop");
	assert_string_equal(driver_stats_counter("gve", "rx_xdp_drop[127]"), "xdp_drop");
	assert_string_equal(driver_stats_counter("virtio_net", "tx12_xdp_tx_drops"),
			    "tx_ring_full");
	assert_string_equal(driver_stats_counter("hv_netvsc", "rx_queue_3_xdp_drop"), "xdp_drop");
	assert_null(driver_stats_counter("gve", "rx_xdp_drop[]"));
	assert_null(driver_stats_counter("gve", "rx_xdp_drop[#"));
	assert_null(driver_stats_counter("gve", "rx_xdp_drop[1"));
	assert_null(driver_stats_counter("gve", "rx_xdp_drop[1]x"));
}

static void no_packet_is_counted_twice(void **state)
{
	(void)state;
	/* the total next to the queues, and the queues next to the total */
	assert_null(driver_stats_counter("virtio_net", "tx_xdp_tx_drops"));
	assert_null(driver_stats_counter("mlx5_core", "rx0_xdp_drop"));
	assert_null(driver_stats_counter("mlx4_en", "rx0_xdp_drop"));
	/* in counters of the device */
	assert_null(driver_stats_counter("igb", "rx_no_buffer_count"));
	assert_null(driver_stats_counter("igb", "rx_missed_errors"));
	assert_null(driver_stats_counter("igb", "rx_queue_0_drops"));
	assert_null(driver_stats_counter("mlx5_core", "rx_out_of_buffer"));
	assert_null(driver_stats_counter("virtio_net", "rx0_drops"));
	assert_null(driver_stats_counter("virtio_net", "rx0_xdp_drops"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_counter_of_the_ledger),
		cmocka_unit_test(statistics_of_known_drivers),
		cmocka_unit_test(a_name_means_what_its_driver_means),
		cmocka_unit_test(a_number_is_of_any_length),
		cmocka_unit_test(no_packet_is_counted_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
