#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A storm of SIGHUP while events flow, half of the files invalid.

usage: in-namespace storm.py DROPWATCHD MONITOR SHIM [--seconds N]

1,000 SIGHUP a second under 200,000 events a second. Nothing is lost uncounted, no counter goes
back, no window forgets, neither memory nor descriptors grow, and the last valid file is in force.
"""
import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from harness import monitor_and_daemon

EVENTS_PER_S = 200000
SIGNALS_PER_S = 1000
GROWTH_KB_MAX = 1024
WINDOW = "1h"


def rule(name):
    return f"alerts:\n  - {{ name: {name}, match: {{ symbol: none }}, unit: count, raise: 1 }}\n"


BROKEN = "alerts: [ nonsense"


class Storm:
    """Every second file is invalid."""

    def __init__(self, daemon):
        self.daemon = daemon
        self.base = open(daemon.config.name, encoding="utf-8").read()
        self.directory = tempfile.TemporaryDirectory(dir=os.path.dirname(daemon.config.name))
        self.process = None

    def write(self, path, text):
        with open(path, "w", encoding="utf-8") as f:
            f.write(self.base + text)
        return path

    def start(self):
        files = []
        for i in range(7):
            for name, text in ((f"bad{i}", BROKEN), (f"good{i}", rule(f"r{i}"))):
                files.append(self.write(os.path.join(self.directory.name, name), text))
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(os.path.dirname(__file__), "hangups.py"),
             str(self.daemon.process.pid), self.daemon.config.name, str(SIGNALS_PER_S), *files],
            stdout=subprocess.PIPE, text=True)

    def stop(self):
        """(signals sent, seconds)"""
        self.process.terminate()
        sent, seconds = self.process.communicate()[0].split()
        self.directory.cleanup()
        return int(sent), float(seconds)

    def put(self, text):
        """One more file, and one signal."""
        path = self.daemon.config.name
        os.rename(self.write(path + ".new", text), path)
        self.daemon.process.send_signal(signal.SIGHUP)


def counters(text):
    return {name: float(value) for name, value in
            re.findall(r"^(dropwatchd?_\w+_total(?:\{[^}]*\})?) (\S+)$", text, re.M)}


def in_window(text):
    """What the longest window holds. It is long enough to forget nothing of this test."""
    return sum(int(value) for value in
               re.findall(rf'^dropwatch_window_drops\{{[^}}]*window="{WINDOW}"\}} (\d+)$', text, re.M))


def size_of(pid):
    status = open(f"/proc/{pid}/status", encoding="ascii").read()
    return (int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)), len(os.listdir(f"/proc/{pid}/fd")))


def watch(daemon, seconds):
    """Scrapes all along; no counter may go back, nor the window while it has nothing to forget.
    A series may come, and a rule's may go.

    Return: the most memory and descriptors seen."""
    before, window, memory, descriptors = {}, 0, 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        text = daemon.get()
        now = counters(text)
        for name in before.keys() & now.keys():
            if now[name] < before[name]:
                raise RuntimeError(f"{name} went back from {before[name]} to {now[name]}")
        for name in before.keys() - now.keys():
            if "rule=" not in name:
                raise RuntimeError(f"{name} is gone")
        if in_window(text) < window:
            raise RuntimeError(f"the window fell from {window} to {in_window(text)}")
        before, window = now, in_window(text)
        size = size_of(daemon.process.pid)
        memory, descriptors = max(memory, size[0]), max(descriptors, size[1])
        time.sleep(0.1)
    return memory, descriptors


def check_last_valid(daemon, storm):
    storm.put(rule("the-last"))
    daemon.until('dropwatch_alert_active{rule="the-last"} 0')
    daemon.until("dropwatchd_config_last_reload_successful 1")
    storm.put(BROKEN)
    daemon.until("dropwatchd_config_last_reload_successful 0")
    if 'rule="the-last"' not in daemon.get():
        raise RuntimeError("a bad file took the last valid one out of force")


def run(args, monitor, daemon):
    storm = Storm(daemon)
    number = EVENTS_PER_S * (args.seconds + 4)
    monitor.tell(f"packets {number} rate={EVENTS_PER_S} points=16")
    storm.start()
    try:
        watch(daemon, 3)
        memory, descriptors = watch(daemon, args.seconds / 2)
        after = watch(daemon, args.seconds / 2)
    finally:
        signals, elapsed = storm.stop()
    done = monitor.wait()
    counted, lost = daemon.settled(done["packets"])
    window = in_window(daemon.get())
    check_last_valid(daemon, storm)
    lines = len(daemon.log.splitlines())
    print(f"{signals} signals in {elapsed:.1f} s, {signals / elapsed:.0f}/s; "
          f"sent {done['packets']} = counted {counted} + lost {lost}, "
          f"memory {memory} -> {after[0]} kB, descriptors {descriptors} -> {after[1]}, "
          f"{lines} log lines")
    if counted + sum(lost.values()) != done["packets"]:
        raise RuntimeError("the sum is wrong")
    if window != counted:
        raise RuntimeError(f"the window holds {window} of the {counted} drops that were counted")
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
    # A small ring: its pages become resident when they are first used, and would look like growth.
    with monitor_and_daemon(
            (args.dropwatchd, args.monitor, args.shim), ring=2048,
            more=f"series:\n  windows: [ 10s, 1m, 5m, {WINDOW} ]\n  windows_top: 1000\n") as (monitor, daemon):
        daemon.wait_until_serving()
        run(args, monitor, daemon)
        daemon.stop()


if __name__ == "__main__":
    sys.exit(main())
