#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A storm of SIGHUP while events flow, half of the files invalid.

usage: in-namespace storm.py DROPWATCHD MONITOR SHIM [--seconds N]

1,000 SIGHUP a second under 200,000 events a second. Nothing is lost uncounted, no counter goes
back, neither memory nor descriptors grow, and the last valid file is what is in force.
"""
import argparse
import os
import re
import signal
import subprocess
import sys
import threading
import time

from harness import Daemon, Monitor

EVENTS_PER_S = 200000
SIGNALS_PER_S = 1000
GROWTH_KB_MAX = 1024


def rule(name):
    return f"alerts:\n  - {{ name: {name}, match: {{ symbol: none }}, unit: count, raise: 1 }}\n"


class Storm(threading.Thread):
    """Puts the next file in place, as an editor would, and signals."""

    def __init__(self, daemon, base):
        super().__init__()
        self.daemon, self.base = daemon, base
        self.over = threading.Event()
        self.signals = 0

    def put(self, text):
        path = self.daemon.config.name
        with open(path + ".new", "w", encoding="utf-8") as f:
            f.write(self.base + text)
        os.rename(path + ".new", path)
        self.daemon.process.send_signal(signal.SIGHUP)
        self.signals += 1

    def run(self):
        began = time.monotonic()
        while not self.over.is_set():
            self.put(rule(f"r{self.signals % 7}") if self.signals % 2 else "alerts: [ nonsense")
            time.sleep(max(0, began + self.signals / SIGNALS_PER_S - time.monotonic()))


def counters(text):
    return {name: float(value) for name, value in
            re.findall(r"^(dropwatchd?_\w+_total(?:\{[^}]*\})?) (\S+)$", text, re.M)}


def size_of(pid):
    status = open(f"/proc/{pid}/status", encoding="ascii").read()
    return (int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)), len(os.listdir(f"/proc/{pid}/fd")))


def watch(daemon, seconds):
    """Scrapes all along; no counter may go back. A series may come, and a rule's may go.

    Return: the most memory and descriptors seen."""
    before, memory, descriptors = {}, 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now = counters(daemon.text())
        for name in before.keys() & now.keys():
            if now[name] < before[name]:
                raise RuntimeError(f"{name} went back from {before[name]} to {now[name]}")
        for name in before.keys() - now.keys():
            if "rule=" not in name:
                raise RuntimeError(f"{name} is gone")
        before = now
        size = size_of(daemon.process.pid)
        memory, descriptors = max(memory, size[0]), max(descriptors, size[1])
        time.sleep(0.1)
    return memory, descriptors


def check_last_valid(daemon, storm):
    storm.put(rule("the-last"))
    daemon.until('dropwatch_alert_active{rule="the-last"} 0')
    daemon.until("dropwatchd_config_last_reload_successful 1")
    storm.put("alerts: [ nonsense")
    daemon.until("dropwatchd_config_last_reload_successful 0")
    if 'rule="the-last"' not in daemon.text():
        raise RuntimeError("a bad file took the last valid one out of force")


def run(args, monitor, daemon):
    storm = Storm(daemon, open(daemon.config.name, encoding="utf-8").read())
    number = EVENTS_PER_S * (args.seconds + 4)
    monitor.tell(f"packets {number} rate={EVENTS_PER_S} points=16")
    storm.start()
    try:
        watch(daemon, 3)
        memory, descriptors = watch(daemon, args.seconds / 2)
        after = watch(daemon, args.seconds / 2)
    finally:
        storm.over.set()
        storm.join()
    done = monitor.wait()
    counted, lost = daemon.settled(done["packets"])
    check_last_valid(daemon, storm)
    lines = len(daemon.log.splitlines())
    print(f"{storm.signals} signals, sent {done['packets']} = counted {counted} + lost {lost}, "
          f"memory {memory} -> {after[0]} kB, descriptors {descriptors} -> {after[1]}, "
          f"{lines} log lines")
    if counted + sum(lost.values()) != done["packets"]:
        raise RuntimeError("the sum is wrong")
    grows = after[0] > memory + GROWTH_KB_MAX and not args.sanitized
    if grows or after[1] > descriptors + 1:  # one for a scrape
        raise RuntimeError("it grows")
    if lines > 100:
        raise RuntimeError("the storm reached the log")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("dropwatchd")
    parser.add_argument("monitor")
    parser.add_argument("shim")
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--sanitized", action="store_true",
                        help="freed memory is held back for a while: do not ask whether it grows")
    args = parser.parse_args()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    monitor = Monitor(args.monitor)
    # A small ring: its pages become resident when they are first used, and would look like growth.
    daemon = Daemon(args.dropwatchd, args.shim, {}, ring=2048)
    try:
        daemon.find_url()
        run(args, monitor, daemon)
        daemon.stop()
    finally:
        daemon.kill()
        monitor.close()


if __name__ == "__main__":
    sys.exit(main())
