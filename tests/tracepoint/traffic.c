/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "traffic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/sock_diag.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOOPBACK_INDEX 1 /* in every network namespace */
#define CLOSED_PORT    9

static void __attribute__((noreturn)) die(const char *what)
{
	perror(what);
	exit(1);
}

static int new_socket(int family, int type, int protocol)
{
	int fd = socket(family, type | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		die("socket");
	return fd;
}

uint32_t traffic_namespace(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	struct stat ns;
	int fd;

	if (unshare(CLONE_NEWNET) < 0)
		die("unshare");
	fd = new_socket(AF_INET, SOCK_DGRAM, 0);
	if (ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
		die("lo up");
	close(fd);
	if (stat("/proc/thread-self/ns/net", &ns) < 0)
		die("/proc/thread-self/ns/net");
	return (uint32_t)ns.st_ino;
}

static void send_each(int fd, const void *data, size_t len, const void *to, socklen_t to_len,
		      size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sendto(fd, data, len, 0, to, to_len) != (ssize_t)len)
			die("sendto");
	close(fd);
}

void traffic_closed_port(bool v6, size_t n)
{
	static const char payload[TRAFFIC_PAYLOAD];
	const struct sockaddr_in to4 = { .sin_family = AF_INET,
					 .sin_port = htons(CLOSED_PORT),
					 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct sockaddr_in6 to6 = { .sin6_family = AF_INET6,
					  .sin6_port = htons(CLOSED_PORT),
					  .sin6_addr = IN6ADDR_LOOPBACK_INIT };

	/* Not connected: an ICMP error does not come back to it. */
	if (v6)
		send_each(new_socket(AF_INET6, SOCK_DGRAM, 0), payload, sizeof(payload), &to6,
			  sizeof(to6), n);
	else
		send_each(new_socket(AF_INET, SOCK_DGRAM, 0), payload, sizeof(payload), &to4,
			  sizeof(to4), n);
}

struct packet {
	struct iphdr ip;
	struct udphdr udp;
	char payload[TRAFFIC_PAYLOAD];
};

static struct packet udp_packet(uint16_t checksum)
{
	return (struct packet){
		.ip = { .version = 4,
			.ihl = 5,
			.ttl = 64,
			.protocol = IPPROTO_UDP,
			.tot_len = htons(sizeof(struct packet)),
			.saddr = htonl(INADDR_LOOPBACK),
			.daddr = htonl(INADDR_LOOPBACK) },
		.udp = { .source = htons(1),
			 .dest = htons(CLOSED_PORT),
			 .check = htons(checksum),
			 .len = htons(sizeof(struct udphdr) + TRAFFIC_PAYLOAD) },
	};
}

void traffic_bad_udp_checksum(size_t n)
{
	const struct packet packet = udp_packet(0x1234);
	const struct sockaddr_in to = { .sin_family = AF_INET,
					.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	/* The kernel writes the IP header's checksum itself here, and leaves that of UDP alone. */
	send_each(new_socket(AF_INET, SOCK_RAW, IPPROTO_RAW), &packet, sizeof(packet), &to,
		  sizeof(to), n);
}

static void send_frames(uint16_t ethertype, const void *data, size_t len, size_t n)
{
	const struct sockaddr_ll to = { .sll_family = AF_PACKET,
					.sll_protocol = htons(ethertype),
					.sll_ifindex = LOOPBACK_INDEX,
					.sll_halen = ETH_ALEN };

	send_each(new_socket(AF_PACKET, SOCK_DGRAM, 0), data, len, &to, sizeof(to), n);
}

void traffic_unknown_ethertype(uint16_t ethertype, size_t n)
{
	static const char payload[TRAFFIC_PAYLOAD];

	send_frames(ethertype, payload, sizeof(payload), n);
}

void traffic_bad_ip_checksum(size_t n)
{
	struct packet packet = udp_packet(0);

	packet.ip.check = htons(0x1234);
	send_frames(ETHERTYPE_IP, &packet, sizeof(packet), n);
}

uint32_t traffic_full_buffer(size_t n)
{
	static const char payload[TRAFFIC_PAYLOAD];
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = new_socket(AF_INET, SOCK_DGRAM, 0), size = 4096;
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t len = sizeof(to);
	char buffer[TRAFFIC_PAYLOAD];

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) < 0 ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&to, &len) < 0)
		die("bind");
	send_each(new_socket(AF_INET, SOCK_DGRAM, 0), payload, sizeof(payload), &to, sizeof(to), n);
	len = sizeof(info);
	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) < 0)
		die("SO_MEMINFO");
	while (recv(fd, buffer, sizeof(buffer), MSG_DONTWAIT) > 0)
		; /* what is left at close is dropped, too */
	close(fd);
	return info[SK_MEMINFO_DROPS];
}

static uint64_t witness6(const char *name)
{
	FILE *f = fopen("/proc/thread-self/net/snmp6", "re");
	unsigned long long value, ret = UINT64_MAX;
	char word[64];

	if (!f)
		die("snmp6");
	while (fscanf(f, "%63s %llu", word, &value) == 2)
		if (strcmp(word, name) == 0)
			ret = value;
	fclose(f);
	return ret;
}

/* Two lines for each group: the names, then the values. */
uint64_t traffic_witness(const char *group, const char *name)
{
	char names[2048], values[2048], *save_name, *save_value;
	uint64_t ret = UINT64_MAX;
	FILE *f;

	if (!group[0])
		return witness6(name);
	f = fopen("/proc/thread-self/net/snmp", "re");
	if (!f)
		die("snmp");
	while (fgets(names, sizeof(names), f) && fgets(values, sizeof(values), f)) {
		char *n = strtok_r(names, ": \n", &save_name),
		     *v = strtok_r(values, ": \n", &save_value);

		if (!n || strcmp(n, group) != 0)
			continue;
		while ((n = strtok_r(NULL, " \n", &save_name)) &&
		       (v = strtok_r(NULL, " \n", &save_value)))
			if (strcmp(n, name) == 0)
				ret = strtoull(v, NULL, 10);
	}
	fclose(f);
	return ret;
}
