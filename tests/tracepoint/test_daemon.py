#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole daemon with the tracepoint source, in a network namespace of its own: what is dropped
there is on /metrics, with its labels, as often as the namespace's own counters say.
The alerts of the shipped configuration are raised by real drops, too.
usage: test_daemon.py DROPWATCHD DROPS CONFIGURATION"""
import ctypes
import fcntl
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import daemon as dropwatchd  # noqa: E402
from daemon import PATIENCE_S  # noqa: E402

DROPWATCHD, DROPS, CONFIGURATION = sys.argv[1:4]
CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
UNKNOWN_ETHERTYPE = 0x88B5
UDP_SEGMENT = 103


def enter_namespace():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) < 0:
        raise OSError(ctypes.get_errno(), "unshare")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def snmp(group, name):
    with open("/proc/self/net/snmp") as f:
        lines = [line.split() for line in f if line.startswith(group + ":")]
    return int(dict(zip(*lines))[name])


def snmp6(name):
    with open("/proc/self/net/snmp6") as f:
        return int(dict(line.split() for line in f)[name])


class Running(unittest.TestCase):
    """With a daemon that runs."""

    config = ""

    def setUp(self):
        self.daemon = dropwatchd.Daemon(DROPWATCHD, "--source", "tracepoint", config=self.config)
        self.addCleanup(self.daemon.kill)
        self.daemon.wait_until_serving()

    def tearDown(self):
        self.daemon.stop()

    def scrape(self):
        return self.daemon.get()

    def drops(self, **labels):
        """The sum over all series that have these labels; None: the label is not there."""
        total = 0
        for text, value in re.findall(r"^dropwatch_drops_total\{(.*)\} (\d+)$", self.scrape(), re.M):
            has = dict(re.findall(r'(\w+)="([^"]*)"', text))
            if all(has.get(name) == wanted for name, wanted in labels.items()):
                total += int(value)
        return total

    def assert_drops(self, wanted, **labels):
        """In time, and no more than that two ticks later."""
        end = time.monotonic() + PATIENCE_S
        while self.drops(**labels) < wanted and time.monotonic() < end:
            time.sleep(0.2)
        time.sleep(2.5)
        self.assertEqual(self.drops(**labels), wanted, labels)


class CheckConfig(unittest.TestCase):
    def check(self, match):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as f:
            f.write(f"alerts:\n  - {{ name: a, raise: 1, match: {match} }}\n")
            f.flush()
            done = subprocess.run([DROPWATCHD, "--check-config", "--config", f.name],
                                  capture_output=True, text=True, check=True)
            return done.stderr.replace(f.name, "FILE")

    def test_knows_the_reasons_of_this_kernel(self):
        self.assertEqual(self.check("{ reason: [NO_SOCKET, SKB_DROP_REASON_SOCKET_RCVBUFF] }"), "")
        self.assertEqual(self.check("{ reason: NO_SOKET }"),
                         'dropwatchd: warning: FILE:2: alert a: no drop has the reason "NO_SOKET"; '
                         'did you mean "NO_SOCKET"?\n')


def udp_frame(mac, source, destination):
    """To port 9, without a UDP checksum."""
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 0, 0, 64, socket.IPPROTO_UDP, 0,
                         socket.inet_aton(source), socket.inet_aton(destination))
    total = sum(struct.unpack("!10H", header))
    checksum = ~(total + (total >> 16)) & 0xFFFF
    return (mac + bytes(6) + struct.pack("!H", 0x0800) + header[:10] +
            struct.pack("!H", checksum) + header[12:] + struct.pack("!HHHH", 9, 9, 8, 0))


class Daemon(Running):
    def test_closed_port(self):
        before, before6 = snmp("Udp", "NoPorts"), snmp6("Udp6NoPorts")
        subprocess.run([DROPS, "udp-closed", "1000"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([DROPS, "udp-closed", "500", "v6"], check=True, stdout=subprocess.DEVNULL)
        self.assertEqual((snmp("Udp", "NoPorts") - before, snmp6("Udp6NoPorts") - before6),
                         (1000, 500))
        self.assert_drops(1000, origin="software", reason="NO_SOCKET", device="lo",
                          protocol="ipv4", symbol=self.symbol("ipv4"))
        self.assert_drops(500, origin="software", reason="NO_SOCKET", device="lo",
                          protocol="ipv6", symbol=self.symbol("ipv6"))

    def symbol(self, protocol):
        """__udp4_lib_rcv or one that was inlined into: kernels differ, but it is one of UDP's."""
        pattern = r'symbol="(\w*udp\w*)",reason="NO_SOCKET",device="lo",protocol="%s"' % protocol
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = re.search(pattern, self.scrape())
            if found:
                return found.group(1)
            time.sleep(0.2)
        self.fail(self.scrape())

    def test_full_buffer(self):
        before = snmp("Udp", "RcvbufErrors")
        subprocess.run([DROPS, "rcvbuf", "300"], check=True, stdout=subprocess.DEVNULL)
        self.assertEqual(snmp("Udp", "RcvbufErrors") - before, 300)
        self.assert_drops(300, reason="SOCKET_RCVBUFF", device="lo", protocol="ipv4")

    def bytes_of(self, **labels):
        total = 0
        for text, value in re.findall(r"^dropwatch_dropped_bytes_total\{(.*)\} (\d+)$", self.scrape(), re.M):
            has = dict(re.findall(r'(\w+)="([^"]*)"', text))
            if all(has.get(name) == wanted for name, wanted in labels.items()):
                total += int(value)
        return total

    def test_a_packet_is_an_skb(self):
        """40 datagrams in one buffer of the kernel (GSO) are one packet, for its own counter, too."""
        before = snmp("Udp", "NoPorts")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 1000)
            for _ in range(10):
                s.sendto(bytes(40 * 1000), ("127.0.0.1", 9))
        self.assertEqual(snmp("Udp", "NoPorts") - before, 10)
        self.assert_drops(10, reason="NO_SOCKET", device="lo", transport="udp")
        self.assertGreaterEqual(self.bytes_of(reason="NO_SOCKET", device="lo", transport="udp"), 10 * 40 * 1000)

    def test_unknown_ethertype(self):
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
            s.bind(("lo", 0))
            for _ in range(77):
                s.send(bytes(12) + struct.pack("!H", UNKNOWN_ETHERTYPE) + bytes(46))
        self.assert_drops(77, reason="UNHANDLED_PROTO", device="lo", protocol="0x88b5")

    def use_small_mtu(self):
        subprocess.run(["ip", "link", "set", "lo", "mtu", "1500"], check=True)
        self.addCleanup(subprocess.run, ["ip", "link", "set", "lo", "mtu", "65536"], check=True)

    def test_parts_of_a_delivered_packet(self):
        """Six fragments become one packet of several buffers. The kernel reports the further ones
        when it frees the packet, though nothing was dropped. The replies are read by a raw socket,
        after which the kernel finds no ping socket for them; nothing was dropped there, either."""
        self.use_small_mtu()
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as s:
            s.settimeout(PATIENCE_S)
            for _ in range(20):
                s.sendto(struct.pack("!BBHHH", 8, 0, 0xF7FE, 1, 0) + bytes(7992), ("127.0.0.1", 0))
                while s.recv(10000)[20] != 0:
                    pass
        self.assertGreater(self.settled(symbol="skb_release_data"), 0)
        self.assertEqual(self.drops(reason="NO_SOCKET", device="lo"), 20)
        self.assertEqual(self.drops(**{"class": "suspect"}, device="lo"), 0)

    def test_parts_of_a_dropped_packet(self):
        """The packet is one suspect drop; its further buffers are expected ones."""
        self.use_small_mtu()
        before = snmp("Udp", "NoPorts")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            for _ in range(50):
                s.sendto(bytes(8000), ("127.0.0.1", 9))
        self.assertEqual(snmp("Udp", "NoPorts") - before, 50)
        self.assertEqual(self.settled(symbol="skb_release_data"), 250)
        self.assertEqual(self.drops(**{"class": "suspect"}, device="lo"), 50)

    def until_known(self, sender, device):
        """The name of a new device reaches the daemon by netlink, and drops by another way."""
        end = time.monotonic() + PATIENCE_S
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
            s.bind((sender, 0))
            while not self.drops(device=device):  # whatever its EtherType: labels for those are few
                self.assertLess(time.monotonic(), end, f"{device} is not known\n{self.scrape()}")
                s.send(bytes(12) + struct.pack("!H", UNKNOWN_ETHERTYPE) + bytes(46))
                time.sleep(0.5)

    def test_multicast_and_broadcast(self):
        """On a LAN it is normal that nobody wants them. Nearly the same packet for this host is
        not: since about Linux 6.13 it has a reason, before that it has none, like these."""
        for command in ("link add lan0 type veth peer name lan1", "link set lan0 up",
                        "link set lan1 up address 02:00:00:00:00:01", "address add 10.9.0.1/24 dev lan1"):
            subprocess.run(["ip", *command.split()], check=True)
        self.addCleanup(subprocess.run, ["ip", "link", "del", "lan0"], check=True)
        own = bytes.fromhex("020000000001")
        self.until_known("lan0", "lan1")
        before = snmp("Udp", "IgnoredMulti")
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
            s.bind(("lan0", 0))
            for _ in range(30):
                s.send(udp_frame(bytes.fromhex("01005e010203"), "10.9.0.77", "239.1.2.3"))
                s.send(udp_frame(bytes.fromhex("ffffffffffff"), "10.9.0.77", "10.9.0.255"))
                s.send(udp_frame(own, "127.0.0.1", "10.9.0.1"))
        self.assert_drops(60, reason="NOT_SPECIFIED", transport="udp", device="lan1",
                          **{"class": "expected"})
        self.assertEqual(snmp("Udp", "IgnoredMulti") - before, 30)
        self.assert_drops(30, symbol="ip_rcv_finish_core", transport="udp", device="lan1",
                          **{"class": "suspect"})

    def test_bridge_without_ports(self):
        """Such as docker0 without containers: a multicast needs no receiver."""
        for command in ("link add br0 type bridge", "link set br0 up", "address add 10.8.0.1/24 dev br0",
                        "neigh add 10.8.0.2 lladdr 02:00:00:00:00:02 dev br0 nud permanent"):
            if subprocess.run(["ip", *command.split()], check=False).returncode:
                self.skipTest(f"ip {command}")
        self.addCleanup(subprocess.run, ["ip", "link", "del", "br0"], check=True)
        self.until_known("br0", "br0")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.8.0.1"))
            s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
            for _ in range(30):
                s.sendto(b"", ("239.1.2.3", 9))
            for _ in range(20):
                s.sendto(b"", ("10.8.0.2", 9))
        of_bridge = {"transport": "udp", "device": "br0"}
        self.assert_drops(30, **{"class": "expected"}, **of_bridge)
        self.assert_drops(20, **{"class": "suspect"}, **of_bridge)

    def test_ends_of_connections(self):
        """TCP reports packets as dropped that it has handled: acknowledgements while only the other
        end has closed, and what arrives after this end has closed first."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            for _ in range(20):
                with socket.create_connection(listener.getsockname()) as client:
                    server, _ = listener.accept()
                    with server:
                        client.shutdown(socket.SHUT_WR)
                        self.assertEqual(server.recv(1), b"")
                        server.sendall(bytes(100000))
                        received = 0
                        while received < 100000:
                            received += len(client.recv(65536))
        self.assertGreater(self.settled(symbol="tcp_rcv_state_process", device="lo"), 0)
        self.assertEqual(self.drops(**{"class": "suspect"}, device="lo"), 0)

    def settled(self, **labels):
        """The sum, once it has been the same for two ticks."""
        last, now = None, self.drops(**labels)
        end = time.monotonic() + PATIENCE_S
        while now != last and time.monotonic() < end:
            time.sleep(2.5)
            last, now = now, self.drops(**labels)
        return now

    def test_identity(self):
        """What the source saw is what is shown; nothing is lost on the way."""
        subprocess.run([DROPS, "udp-closed", "20000"], check=True, stdout=subprocess.DEVNULL)
        self.assert_drops(20000, reason="NO_SOCKET", device="lo", protocol="ipv4")
        text = self.scrape()
        losses = re.findall(r'dropwatchd_events_lost_total\{stage="(\w+)",source="tracepoint"\} (\d+)', text)
        self.assertEqual(len(losses), 5)
        for stage, lost in losses:
            self.assertEqual(int(lost), 0, stage)

    def test_privilege_is_gone(self):
        with open(f"/proc/{self.daemon.process.pid}/status") as f:
            status = dict(line.split(":\t") for line in f if ":\t" in line)
        cap_syslog = 1 << 34
        self.assertEqual(int(status["CapEff"], 16) & ~cap_syslog, 0)
        self.assertEqual(int(status["CapPrm"], 16) & ~cap_syslog, 0)


class Canary(Running):
    """It is seen, also among other drops of its kind, and nothing else changes."""

    config = "ledger: { interval: 5s, canary: 5s }\n"

    def canaries(self, result):
        return int(re.search(rf"^dropwatchd_canary_{result}_total (\d+)$", self.scrape(), re.M).group(1))

    def test_seen_among_others(self):
        subprocess.run([DROPS, "udp-closed", "1000"], check=True, stdout=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE_S
        while self.canaries("seen") < 2 and time.monotonic() < end:
            time.sleep(0.2)
        self.assertGreaterEqual(self.canaries("seen"), 2)
        self.assertEqual(self.canaries("missed"), 0)
        self.assert_drops(1000, reason="NO_SOCKET", device="lo", protocol="ipv4", **{"class": "suspect"})
        self.assertGreaterEqual(self.drops(reason="NO_SOCKET", device="lo", **{"class": "expected"}), 2)


def send(address, packets):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for _ in range(packets):
            s.sendto(b"x", (address, 9))


class ShippedAlerts(Running):
    """The rules of the shipped file, made to look back on half a minute in place of minutes."""

    config = Path(CONFIGURATION).read_text().replace("window: 1m", "window: 30s").replace("for: 1m", "for: 1s")

    def prepare(self, *command):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError as e:
            self.skipTest(str(e))
        if done.returncode:
            self.skipTest(f"{' '.join(command)}: {done.stderr}")
        return done

    def assert_raised(self, rule, drop):
        """In time, if the drops go on."""
        wanted = f'dropwatch_alert_active{{rule="{rule}"}} 1'
        self.assertIn(wanted[:-1], self.scrape())
        end = time.monotonic() + PATIENCE_S
        while wanted not in self.scrape().splitlines():
            self.assertLess(time.monotonic(), end, f"{rule} is not raised\n{self.scrape()}")
            drop()
            time.sleep(0.5)

    def test_receive_buffer(self):
        self.assert_raised("receive-buffer-full", lambda: subprocess.run(
            [DROPS, "rcvbuf", "300"], check=True, stdout=subprocess.DEVNULL))

    def test_neighbour(self):
        self.prepare("ip", "link", "add", "alone", "type", "veth", "peer", "name", "nobody")
        self.addCleanup(subprocess.run, ["ip", "link", "del", "alone"], check=True)
        for device in ("alone", "nobody"):
            self.prepare("ip", "link", "set", device, "up")
        self.prepare("ip", "address", "add", "10.9.0.1/24", "dev", "alone")
        self.assert_raised("neighbour-unresolved", lambda: send("10.9.0.77", 1000))

    def test_netfilter(self):
        self.prepare("nft", "table inet t { chain in { type filter hook input priority 0;"
                     " udp dport 9 drop; }; }")
        self.addCleanup(subprocess.run, ["nft", "delete table inet t"], check=True)
        self.assert_raised("netfilter-drops", lambda: send("127.0.0.1", 5000))


if __name__ == "__main__":
    if os.geteuid() != 0 or not os.path.exists("/sys/kernel/btf/vmlinux"):
        print("skipped: needs root and a kernel with BTF")
        sys.exit(77)
    enter_namespace()
    unittest.main(argv=sys.argv[:1], verbosity=2)
