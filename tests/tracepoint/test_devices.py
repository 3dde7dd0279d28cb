#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels device and in_device on a router of three network namespaces, A - r0 R r1 - B, with the daemon
in R. device is the device at which the packet was dropped, in_device the one on which it arrived. The
numbers agree with the kernel's own counters of that device.
usage: test_devices.py DROPWATCHD"""
import json
import os
import re
import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from daemon import PATIENCE_S, Daemon  # noqa: E402

DROPWATCHD = sys.argv[1]
PACKETS = 300
A, R, B = (f"{name}{os.getpid()}" for name in ("a", "r", "b"))
SEND = """
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(int(sys.argv[3])):
    s.sendto(bytes(int(sys.argv[4])), (sys.argv[1], int(sys.argv[2])))
"""
MEET = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], 9), timeout=30)
except ConnectionRefusedError: # there it is
    pass
"""
UNREAD = 50
RAW = 253 # for experiments, says IANA
CLOSE_UNREAD = """
import socket, subprocess, sys
kind, protocol = int(sys.argv[2]), int(sys.argv[3])
s = socket.socket(socket.AF_INET, kind, protocol)
s.bind((sys.argv[1], 7777))
subprocess.run(sys.argv[4:], check=True)
"""
FILL = """
import socket, sys
s = socket.socket(socket.AF_INET, int(sys.argv[2]), int(sys.argv[3]))
for _ in range(int(sys.argv[4])):
    s.sendto(bytes(100), (sys.argv[1], 7777))
"""
CONFIGURATION = """
source: tracepoint
series:
  labels: [origin, symbol, reason, device, in_device, protocol, transport, class]
"""
METRICS = "import sys, urllib.request; sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=30).read().decode())"


def run(*command, check=True):
    return subprocess.run([str(word) for word in command], check=check, text=True, capture_output=True)


def inside(namespace, *command, check=True):
    return run("ip", "netns", "exec", namespace, *command, check=check)


def ip(namespace, words, check=True):
    return run("ip", "-n", namespace, *words.split(), check=check)


def wire(left, left_device, right, right_device):
    """A veth pair from one namespace to another, up."""
    ip(left, f"link add {left_device} type veth peer name {right_device} netns {right}")
    for namespace, device in ((left, left_device), (right, right_device)):
        ip(namespace, f"link set {device} up")


def send(namespace, address, packets=PACKETS, size=1000, port=9):
    inside(namespace, sys.executable, "-c", SEND, address, port, packets, size)


def close_unread(namespace, address, protocol):
    """Close a socket there while packets from A wait in it."""
    kind = socket.SOCK_DGRAM if protocol == socket.IPPROTO_UDP else socket.SOCK_RAW
    fill = "ip", "netns", "exec", A, sys.executable, "-c", FILL, address, int(kind), protocol, UNREAD
    inside(namespace, sys.executable, "-c", CLOSE_UNREAD, address, int(kind), protocol, *fill)


def qdisc_dropped(device):
    """What the kernel says the queues of that device of R have dropped."""
    shown = json.loads(run("tc", "-n", R, "-s", "-j", "qdisc", "show", "dev", device).stdout)
    return sum(qdisc.get("drops", 0) for qdisc in shown)


def link_dropped(device, direction):
    shown = json.loads(run("ip", "-n", R, "-s", "-j", "link", "show", "dev", device).stdout)
    return shown[0]["stats64"][direction]["dropped"]


def slow_queue(device):
    """With room for few packets, of which almost none leaves."""
    run("tc", "-n", R, "qdisc", "replace", "dev", device, "root", "tbf", "rate", "8kbit", "burst", "1600",
        "limit", "4000")


class Devices(unittest.TestCase):
    def setUp(self):
        for namespace in (A, R, B):
            run("ip", "netns", "add", namespace)
            self.addCleanup(run, "ip", "netns", "del", namespace)
            ip(namespace, "link set lo up")
        for namespace in (A, R, B): # neither neighbour discovery nor router solicitations
            inside(namespace, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
                   "net.ipv6.conf.default.disable_ipv6=1", check=False)
        inside(R, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        ip(R, "link add unused type veth peer name unused1") # so that no index is as in A or B
        wire(A, "a0", R, "r0")
        wire(R, "r1", B, "b0")

    def route(self):
        """A and B reach each other by way of R."""
        ip(A, "address add 10.1.0.1/24 dev a0")
        ip(R, "address add 10.1.0.2/24 dev r0")
        ip(R, "address add 10.2.0.2/24 dev r1")
        ip(B, "address add 10.2.0.1/24 dev b0")
        ip(A, "route add default via 10.1.0.2")
        ip(B, "route add default via 10.2.0.2")
        self.meet(A, "10.2.0.1")

    def meet(self, namespace, address):
        """Neighbours are resolved before anything is counted."""
        inside(namespace, sys.executable, "-c", MEET, address)

    def start(self):
        self.daemon = Daemon(DROPWATCHD, config=CONFIGURATION, wrapper=["ip", "netns", "exec", R])
        self.addCleanup(self.daemon.stop)
        self.daemon.wait_until_serving()

    def scrape(self):
        return inside(R, sys.executable, "-c", METRICS, self.daemon.url + "/metrics").stdout

    def drops(self, **labels):
        """{(device, in_device): packets} of all series that have these labels. What others drop in
        namespaces of their own is there, too, without a device."""
        found = {}
        for text, value in re.findall(r"^dropwatch_drops_total\{(.*)\} (\d+)$", self.scrape(), re.M):
            has = dict(re.findall(r'(\w+)="([^"]*)"', text))
            if all(has.get(name) == wanted for name, wanted in labels.items()):
                where = has.get("device", ""), has.get("in_device", "")
                found[where] = found.get(where, 0) + int(value)
        return {where: packets for where, packets in found.items() if packets}

    def named(self, **labels):
        drops = self.drops(**labels)
        drops.pop(("", ""), None)
        return drops

    def assert_drops(self, wanted, **labels):
        """In time, and no more than that two ticks later."""
        end = time.monotonic() + PATIENCE_S
        while self.named(**labels) != wanted and time.monotonic() < end:
            time.sleep(0.2)
        time.sleep(2.5)
        self.assertEqual(self.named(**labels), wanted, f"{labels}\n{self.scrape()}")

    def await_unnamed(self, packets, **labels):
        end = time.monotonic() + PATIENCE_S
        while self.drops(**labels).get(("", ""), 0) < packets:
            self.assertLess(time.monotonic(), end, f"{labels}\n{self.scrape()}")
            time.sleep(0.2)

    def test_routed(self):
        """The queue of the device that a packet leaves by is full."""
        self.route()
        slow_queue("r1")
        self.start()
        send(A, "10.2.0.1")
        dropped = qdisc_dropped("r1")
        self.assertGreater(dropped, PACKETS // 2)
        self.assert_drops({("r1", "r0"): dropped}, reason="QDISC_DROP", transport="udp")

    def test_own_packets(self):
        """They came in nowhere."""
        self.route()
        slow_queue("r1")
        self.start()
        send(R, "10.2.0.1")
        self.assert_drops({("r1", ""): qdisc_dropped("r1")}, reason="QDISC_DROP", transport="udp")

    def test_bridge(self):
        ip(R, "link add br0 type bridge")
        ip(R, "link set br0 up")
        for port in ("r0", "r1"):
            ip(R, f"link set {port} master br0")
        ip(A, "address add 10.1.0.1/24 dev a0")
        ip(B, "address add 10.1.0.2/24 dev b0")
        self.meet(A, "10.1.0.2")
        slow_queue("r1")
        self.start()
        send(A, "10.1.0.2")
        dropped = qdisc_dropped("r1")
        self.assertGreater(dropped, PACKETS // 2)
        self.assert_drops({("r1", "r0"): dropped}, reason="QDISC_DROP", transport="udp")

    def test_vlan(self):
        for namespace, device, address in ((A, "a0", "10.1.0.1"), (R, "r0", "10.1.0.2"),
                                           (R, "r1", "10.2.0.2"), (B, "b0", "10.2.0.1")):
            if ip(namespace, f"link add link {device} name {device}.7 type vlan id 7", check=False).returncode:
                self.skipTest("this kernel has no VLAN devices")
            ip(namespace, f"address add {address}/24 dev {device}.7")
            ip(namespace, f"link set {device}.7 up")
        ip(A, "route add default via 10.1.0.2")
        ip(B, "route add default via 10.2.0.2")
        self.meet(A, "10.2.0.1")
        slow_queue("r1.7")
        self.start()
        send(A, "10.2.0.1")
        dropped = qdisc_dropped("r1.7")
        self.assertGreater(dropped, PACKETS // 2)
        self.assert_drops({("r1.7", "r0.7"): dropped}, reason="QDISC_DROP", transport="udp")

    def test_macvlan(self):
        """A device on top of another, as a VLAN is."""
        if ip(R, "link add link r0 name top type macvlan mode bridge", check=False).returncode:
            self.skipTest("this kernel has no macvlan devices")
        # r0 would answer ARP requests for the address of top as well, and the quicker answer counts.
        inside(R, "sysctl", "-qw", "net.ipv4.conf.r0.arp_ignore=8")
        ip(R, "link set top up")
        ip(A, "address add 10.1.0.1/24 dev a0")
        ip(R, "address add 10.1.0.2/24 dev top")
        ip(R, "address add 10.2.0.2/24 dev r1")
        ip(B, "address add 10.2.0.1/24 dev b0")
        ip(A, "route add default via 10.1.0.2")
        ip(B, "route add default via 10.2.0.2")
        self.meet(A, "10.2.0.1")
        slow_queue("r1")
        self.start()
        send(A, "10.1.0.2")
        self.assert_drops({("top", "top"): PACKETS}, reason="NO_SOCKET", transport="udp")
        send(A, "10.2.0.1")
        self.assert_drops({("r1", "top"): qdisc_dropped("r1")}, reason="QDISC_DROP", transport="udp")

    def test_veth(self):
        """The peer takes no packet of that size: the device that sends has dropped it. What B drops
        has devices that are none of ours, whatever number they have."""
        self.route()
        ip(B, "link set b0 mtu 600")
        self.start()
        before = link_dropped("r1", "tx")
        send(A, "10.2.0.1")
        self.assertEqual(link_dropped("r1", "tx") - before, PACKETS)
        self.assert_drops({("r1", "r0"): PACKETS}, transport="udp")
        send(A, "10.2.0.1", size=100)
        self.await_unnamed(PACKETS, reason="NO_SOCKET", transport="udp")
        self.assert_drops({}, reason="NO_SOCKET", transport="udp")

    def test_sockets(self):
        """Where a packet waits in a socket, it was dropped where it came in."""
        self.route()
        self.start()
        send(A, "10.1.0.2")
        self.assert_drops({("r0", "r0"): PACKETS}, reason="NO_SOCKET", transport="udp")
        close_unread(R, "10.1.0.2", RAW)
        self.assert_drops({("r0", "r0"): UNREAD}, transport=str(RAW))

    def test_sockets_of_another_namespace(self):
        """None of our devices is blamed, whatever is still known of the packet."""
        self.route()
        self.start()
        for protocol, transport in ((RAW, str(RAW)), (socket.IPPROTO_UDP, "udp")):
            close_unread(B, "10.2.0.1", protocol)
            self.await_unnamed(UNREAD, transport=transport)
            self.assert_drops({}, transport=transport)


if __name__ == "__main__":
    if os.geteuid() != 0 or not os.path.exists("/sys/kernel/btf/vmlinux"):
        print("skipped: needs root and a kernel with BTF")
        sys.exit(77)
    probe = run("ip", "link", "add", "dwprobe0", "type", "veth", "peer", "name", "dwprobe1", check=False)
    if probe.returncode:
        print("skipped: this kernel has no veth devices:", probe.stderr)
        sys.exit(77)
    run("ip", "link", "del", "dwprobe0")
    unittest.main(argv=sys.argv[:1], verbosity=2)
