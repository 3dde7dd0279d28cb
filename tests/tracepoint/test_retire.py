#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Short-lived devices in a network namespace of the test: 500 veth pairs, with one packet dropped at each,
in a table of 100 series. Drops elsewhere have no device here. The table never fills, memory does not grow,
and in each scrape the shown and the retired series add up to the counted packets.
usage: test_retire.py DROPWATCHD"""
import ctypes
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from daemon import Daemon  # noqa: E402

DROPWATCHD = sys.argv[1]
CLONE_NEWNET = 0x40000000
ROUNDS, PAIRS = 10, 50
UNKNOWN_ETHERTYPE = 0x88B5
PATIENCE_S = 120
CONFIG = """
series: { limit: 100, labels: [device], retire_after: 1s, tick: 100ms }
"""


def enter_namespace():
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or not os.path.exists("/sys/kernel/btf/vmlinux"):
        print("skipped: needs root and a kernel with BTF")
        sys.exit(77)
    if libc.unshare(CLONE_NEWNET) < 0 or not shutil.which("ip"):
        print("skipped: needs a network namespace and iproute2")
        sys.exit(77)
    ip("link set lo up")
    if os.path.exists("/proc/sys/net/ipv6"):  # no packets but ours
        with open("/proc/sys/net/ipv6/conf/default/disable_ipv6", "w") as f:
            f.write("1")


def ip(*commands):
    subprocess.run(["ip", "-batch", "-"], input="\n".join(commands) + "\n", text=True, check=True)


class Counting(Daemon):
    def scrape(self):
        """name -> sum over its samples; "ours": of the drops at our pairs."""
        sums = {}
        for name, labels, value in re.findall(r"^(\w+)(\{.*\})? (\S+)$", self.get(), re.M):
            sums[name] = sums.get(name, 0) + float(value)
            if name == "dropwatch_drops_total" and 'device="pair' in labels:
                sums["ours"] = sums.get("ours", 0) + float(value)
        shown = sums.get("dropwatch_drops_total", 0) + sums.get("dropwatch_hardware_drops_total", 0)
        assert sums["dropwatchd_counted_packets_total"] == \
            shown + sums["dropwatchd_series_retired_packets_total"], sums
        assert sums["dropwatchd_series_overflow_total"] == 0, sums
        return sums

    def until(self, what, condition):
        end = time.monotonic() + PATIENCE_S
        while not condition(self.scrape()):
            assert time.monotonic() < end, f"{what}: {self.scrape()}"
            time.sleep(0.1)

    def private_kib(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup") as f:
            return sum(int(line.split()[1]) for line in f if line.startswith("Private_"))


def one_round(daemon, number):
    names = [f"{number}x{i}" for i in range(PAIRS)]
    ip(*[f"link add pair{n} type veth peer name pair{n}p" for n in names],
       *[f"link set pair{n}{end} up" for n in names for end in ("", "p")])
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
        for n in names:  # dropped at the other end, or at this one if the link is not ready yet
            s.sendto(bytes(12) + UNKNOWN_ETHERTYPE.to_bytes(2, "big") + bytes(46), (f"pair{n}", 0))
    daemon.until("each drop is shown", lambda sums: sums.get("ours", 0) == PAIRS)
    ip(*[f"link del pair{n}" for n in names])
    daemon.until("all are retired", lambda sums: sums.get("ours", 0) == 0)


def main():
    enter_namespace()
    with Counting(DROPWATCHD, "--source", "tracepoint", config=CONFIG) as daemon:
        churn(daemon)


def churn(daemon):
    daemon.wait_until_serving()  # from then on it sees drops
    for number in range(ROUNDS):
        one_round(daemon, number)
        if number == 2:
            settled = daemon.private_kib()
    sums, private = daemon.scrape(), daemon.private_kib()
    assert sums["dropwatchd_series_retired_total"] >= ROUNDS * PAIRS, sums
    assert sums["dropwatchd_series_retired_packets_total"] >= ROUNDS * PAIRS, sums
    assert private < settled + 512, f"{settled} KiB after 3 rounds, {private} KiB at the end"
    print(f"{sums['dropwatchd_series_retired_total']:.0f} series retired, "
          f"{sums['dropwatchd_series']:.0f} left; private memory {settled} -> {private} KiB")


main()
