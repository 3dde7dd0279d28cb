#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Everything that was sent was counted or is known to be lost.

usage: in-namespace identity.py DROPWATCHD MONITOR SHIM [--events N] [CASE...]

Runs the daemon against the test drop monitor, once for each case, and reads from /metrics at the
end:   sent = counted + lost{socket} + lost{ring} + lost{parse}   with a difference of 0.
"""
import argparse
import collections
import signal
import subprocess
import sys
import time

from harness import monitor_and_daemon

# name, share of all events, rate (0: as fast as can be), further commands to the monitor,
# settings of netdm, capacity of the ring, what is done meanwhile, stages that must have lost
CASES = [
    ("trickle", 0.002, 2000, "points=16", {}, 65536, None, ""),
    ("steady", 0.05, 50000, "points=16", {}, 65536, None, ""),
    ("rate-250000", 0.1, 250000, "points=16", {}, 65536, None, ""),
    ("flood", 0.3, 0, "points=16", {}, 65536, None, ""),
    ("flood-small-buffer", 0.1, 0, "points=16", {"receive_buffer_bytes": 65536}, 65536, "stop",
     "socket"),
    ("flood-small-ring", 0.1, 0, "points=16", {}, 64, "stop", "ring"),
    ("flood-malformed", 0.1, 0, "points=16 bad=7", {}, 65536, None, "parse"),
    ("malformed-small-everything", 0.05, 0, "points=64 bad=3", {"receive_buffer_bytes": 65536},
     64, "stop", "socket parse"),
    ("stopped-reader", 0.1, 250000, "points=16 bad=1000", {"receive_buffer_bytes": 1048576}, 65536,
     "stop", "socket parse"),
    ("scraped-all-along", 0.05, 250000, "points=64", {}, 65536, "scrape", ""),
    ("whole-packets", 0.02, 0, "size=9000", {"truncate_bytes": 0}, 65536, None, ""),
    ("summary-messages", 0.02, 0, "summary points=1", {"alert_mode": "summary"}, 65536, None, ""),
    ("summary-full", 0.0001, 500, "summary points=64 count=1000", {"alert_mode": "summary"}, 65536,
     None, ""),
]


def disturb(daemon, kind):
    """While the monitor sends."""
    if kind == "stop":
        for _ in range(3):
            daemon.process.send_signal(signal.SIGCONT)
            time.sleep(0.2)
            daemon.process.send_signal(signal.SIGSTOP)
            time.sleep(0.5)
        daemon.process.send_signal(signal.SIGCONT)
    if kind == "scrape":
        before = 0
        for _ in range(50):
            counted, _ = daemon.scrape()
            if counted < before:
                raise RuntimeError(f"the count went back from {before} to {counted}")
            before = counted


def run(args, case, events):
    name, share, rate, words, netdm, ring, disturbance, stages = case
    programs = args.dropwatchd, args.monitor, args.shim
    with monitor_and_daemon(programs, netdm, ring=ring) as (monitor, daemon):
        daemon.wait_until_serving()
        command, *rest = words.split() if words.startswith("summary") else ["packets", words]
        began = time.monotonic()
        done = collections.Counter()
        number = max(1, int(share * events))
        if disturbance == "stop":
            # The daemon does not run during the first half, so that events are lost at any speed.
            daemon.process.send_signal(signal.SIGSTOP)
            number //= 2
            done.update(monitor.do(f"{command} {number} rate={rate} {' '.join(rest)}"))
        monitor.tell(f"{command} {number} rate={rate} {' '.join(rest)}")
        disturb(daemon, disturbance)
        done.update(monitor.wait())
        counted, lost = daemon.settled(done["packets"])
        daemon.stop()
        state = monitor.do("get")
    difference = done["packets"] - counted - sum(lost.values())
    print(f"{name}: sent {done['packets']} at {done['messages'] * 10**9 // done['ns']}/s = "
          f"counted {counted} + socket {lost['socket']} + ring {lost['ring']} + "
          f"parse {lost['parse']}, difference {difference}, {time.monotonic() - began:.1f} s",
          flush=True)
    failed = difference != 0 or state["sw"] != 0
    if state["sw"] != 0:
        print(f"{name}: the monitor was left on")
    for stage in stages.split():
        if lost[stage] == 0:
            print(f"{name}: nothing was lost in {stage}, so this proved nothing")
            failed = True
    return not failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dropwatchd")
    parser.add_argument("monitor")
    parser.add_argument("shim")
    parser.add_argument("--events", type=float, default=1e6, help="in all cases together, about")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    args = parser.parse_args()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    cases = [case for case in CASES if not args.cases or case[0] in args.cases]
    results = [run(args, case, args.events) for case in cases]
    return 0 if cases and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
