/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * A network namespace of the test's own, packets that are dropped in it for a known
 * reason, and the kernel's other counters of the same drops.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRAFFIC_PAYLOAD 64 /* bytes of every datagram */

/* Enter a new network namespace and bring its loopback up. Return: the inode of it. */
uint32_t traffic_namespace(void);

/* Datagrams to a port that is closed: NO_SOCKET. */
void traffic_closed_port(bool v6, size_t n);

/* Datagrams to the same, with a wrong UDP checksum: UDP_CSUM. */
void traffic_bad_udp_checksum(size_t n);

/* Frames with that ethertype, which nobody handles: UNHANDLED_PROTO. */
void traffic_unknown_ethertype(uint16_t ethertype, size_t n);

/* IPv4 packets with a wrong header checksum: IP_CSUM. */
void traffic_bad_ip_checksum(size_t n);

/* Datagrams to a full receive buffer: SOCKET_RCVBUFF. Return: how many the socket says it lost. */
uint32_t traffic_full_buffer(size_t n);

/* A value of /proc/net/snmp ("Udp", "NoPorts") or snmp6 ("", "Udp6NoPorts") of this namespace. */
uint64_t traffic_witness(const char *group, const char *name);
