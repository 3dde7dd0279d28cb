/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The netlink listener with the kernel's sockets, in a network namespace of its own: devices that
 * appear, are renamed and disappear, a receive buffer that overflows and, if the kernel has
 * modules, one that is loaded and unloaded.
 */
#include "../unit/test.h"

#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "source/listener/listener.h"

#define TOGGLES 20000 /* more events than a receive buffer of 1 MiB holds */
#define MODULE	"dummy"

static struct source *open_listener(void)
{
	struct err err = { 0 };
	struct source *s = NULL;

	if (listener_open(&s, &err) < 0)
		fail_msg("%s", err.text);
	return s;
}

static void run(const char *command)
{
	if (system(command) != 0)
		fail_msg("%s failed", command);
}

/* Read until there is such an event; @name: NULL for any. */
static struct drop_event await(struct source *s, enum drop_event_type type, const char *name)
{
	struct pollfd fd = { .fd = s->ops->fd(s), .events = POLLIN };
	struct drop_event ev[SOURCE_READ_MIN];

	for (;;) {
		const int n = s->ops->read(s, ev, SOURCE_READ_MIN);

		assert_true(n >= 0);
		for (int i = 0; i < n; i++) {
			assert_int_equal(ev[i].packets, 0);
			assert_true(ev[i].type != EVENT_DROP && ev[i].time_ns > 0);
			if (ev[i].type == type && (!name || strcmp(ev[i].point, name) == 0))
				return ev[i];
		}
		if (n == 0)
			assert_int_equal(poll(&fd, 1, 60000), 1);
	}
}

static void devices_come_and_go(void **state)
{
	struct source *s = open_listener();
	uint32_t index;

	(void)state;
	run("ip link add first type veth peer name second");
	index = await(s, EVENT_DEVICE, "first").ifindex;
	assert_int_equal(index, if_nametoindex("first"));
	run("ip link set first name other");
	assert_int_equal(await(s, EVENT_DEVICE, "other").ifindex, index);
	run("ip link del other");
	assert_int_equal(await(s, EVENT_DEVICE_GONE, "other").ifindex, index);
	s->ops->close(s);
}

static void toggle(const char *name, int times)
{
	struct ifreq device = { 0 };
	const int fd = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(device.ifr_name, sizeof(device.ifr_name), "%s", name);
	assert_true(fd >= 0);
	for (int i = 0; i < times; i++) {
		device.ifr_flags = i % 2 ? 0 : IFF_UP;
		assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &device), 0);
	}
	close(fd);
}

/* Which events were lost is unknown, so everything is read again; then events arrive as before. */
static void too_many_events(void **state)
{
	struct source *s = open_listener();

	(void)state;
	toggle("lo", TOGGLES);
	await(s, EVENT_DEVICES_LOST, NULL);
	run("ip link add late type veth peer name later");
	await(s, EVENT_DEVICE, "late");
	run("ip link del late");
	s->ops->close(s);
}

/* Read no more than there is room for, and lose nothing. */
static void little_room(void **state)
{
	struct source *s = open_listener();
	struct drop_event ev[3];
	bool gone = false;

	(void)state;
	run("ip link add tight type veth peer name tighter && ip link del tight");
	while (!gone) {
		const int n = s->ops->read(s, ev, 3);

		assert_in_range(n, 0, 3);
		for (int i = 0; i < n; i++)
			gone |= ev[i].type == EVENT_DEVICE_GONE && !strcmp(ev[i].point, "tight");
	}
	assert_int_equal(s->ops->read(s, ev, 2), 0);
	s->ops->close(s);
}

/* Only the kernel can send a uevent. */
static void modules(void **state)
{
	struct source *s;

	(void)state;
	if (access("/proc/modules", R_OK) < 0 ||
	    system("rmmod " MODULE " 2>/dev/null; modprobe -n " MODULE " 2>/dev/null") != 0) {
		print_message("skipped: this kernel has no module " MODULE " to load\n");
		skip();
	}
	s = open_listener();
	run("modprobe " MODULE);
	await(s, EVENT_MODULES, NULL);
	run("rmmod " MODULE);
	await(s, EVENT_MODULES, NULL);
	s->ops->close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_come_and_go),
		cmocka_unit_test(too_many_events),
		cmocka_unit_test(little_room),
		cmocka_unit_test(modules),
	};

	if (unshare(CLONE_NEWNET) < 0) {
		perror("skipped: unshare (needs root)");
		return 77;
	}
	if (system("ip link add probe type veth peer name probes && ip link del probe") != 0) {
		puts("skipped: no veth devices here, or no ip(8)");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
