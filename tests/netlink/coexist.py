#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The tracepoint of the running kernel counts software drops, and next to it the test's own drop
monitor reports hardware drops. Another program, such as dropwatch, uses that monitor as well.

usage: coexist.py DROPWATCHD MONITOR SHIM
"""
import os
import re
import sys

from harness import check, monitor_and_daemon, run_cases


def values(text, name):
    return {labels: float(value) for labels, value in
            re.findall(rf"^{name}{{?(\S*?)}}? (\S+)$", text, re.M)}


def total(text, name):
    return sum(values(text, name).values())


def value(text, name, source="netdm"):
    return values(text, name)[f'source="{source}"']


def up(source, n):
    return f'dropwatchd_monitor_up{{source="{source}"}} {n}'


def lost(text):
    return sum(n for labels, n in values(text, "dropwatchd_events_lost_total").items()
               if 'source="netdm"' in labels)


def all_ignored(daemon, ignored, hardware):
    """Nothing that was sent for the other program is in any sum."""
    daemon.until_true(lambda text: value(text, "dropwatchd_ignored_packets_total") == ignored)
    daemon.until_true(lambda text: total(text, "dropwatch_hardware_drops_total") == hardware)
    # Exactly what the tracepoint reported, which the host's other drops keep moving.
    daemon.until_true(lambda text: total(text, "dropwatch_drops_total")
                      == value(text, "dropwatchd_source_packets_total", "tracepoint"))
    text = daemon.get()
    check(value(text, "dropwatchd_source_packets_total") == hardware, text)
    check(lost(text) == 0, text)


def next_to_dropwatch(monitor, daemon, send):
    """The other program starts the software half, listens, stops it, and exits."""
    daemon.until(up("netdm", 1))
    daemon.until(up("tracepoint", 1))
    state = monitor.do("get")
    check((state["sw"], state["hw"]) == (0, 1), f"halves: {state}")
    monitor.do("hardware 10 points=4 count=5")
    all_ignored(daemon, 0, 200)
    monitor.do("set sw=1")
    ignored = monitor.do(send)["packets"]
    monitor.do("set queue_drops=99")
    monitor.do("hardware 10 points=4 count=5")
    all_ignored(daemon, ignored, 400)
    monitor.do("set sw=0")
    monitor.do("hardware 10 points=4 count=5")
    all_ignored(daemon, ignored, 600)
    check(monitor.do("get")["sw"] == 0, "its half was started again")
    monitor.do("set sw=1")
    daemon.stop()
    state = monitor.do("get")
    check((state["sw"], state["hw"]) == (1, 0), f"halves at the end: {state}")
    check("netdm, hardware drops" in daemon.log, daemon.log)


def dropwatch_in_summary_mode(monitor, daemon):
    next_to_dropwatch(monitor, daemon, "summary 10 points=60 count=7")


def dropwatch_in_packet_mode(monitor, daemon):
    next_to_dropwatch(monitor, daemon, "packets 3000 points=8")


def the_hardware_half_breaks(monitor, daemon):
    """The tracepoint is not affected."""
    daemon.until(up("netdm", 1))
    (daemon.directory / "deny").touch()
    monitor.do("set family=33 hw=0")
    daemon.until(up("netdm", 0))
    before = value(daemon.get(), "dropwatchd_monitor_blind_seconds_total")
    check(before > 0, "blind for no time")
    daemon.until_true(lambda text: value(text, "dropwatchd_monitor_blind_seconds_total") > before)
    daemon.until(up("tracepoint", 1))
    daemon.get("/-/ready")
    daemon.stop()
    check("CAP_SYS_ADMIN" in daemon.log, daemon.log)


def without_traps(monitor, daemon):
    daemon.until(up("tracepoint", 1))
    check("netdm" not in daemon.get(), daemon.get())
    check("netdm" not in daemon.log and "hardware" not in daemon.log, daemon.log)
    check(monitor.do("get")["families"] == 0, "the module was looked for")
    daemon.stop()


def refused_although_automatic(_, daemon):
    daemon.until(up("tracepoint", 1))
    line = [line for line in daemon.log.splitlines() if "hardware drops are not reported" in line]
    check(len(line) == 1 and "info:" in line[0] and "CAP_SYS_ADMIN" in line[0], daemon.log)
    check("run as root" not in line[0], "the remedy is in the note: " + line[0])
    check(" error: " not in daemon.log, daemon.log)
    daemon.stop()


def refused(_, daemon):
    check(daemon.wait() == 1, "the exit status is 0")
    check("netdm.hardware: " in daemon.log and "CAP_SYS_ADMIN" in daemon.log, daemon.log)
    check("; run as root" in daemon.log, "there is no remedy: " + daemon.log)


def deny_joining(directory):
    (directory / "deny").touch()


def case(function, traps, hardware="auto", mode="packet", serves=True, prepare=None):
    def run(programs):
        with monitor_and_daemon(programs, {"hardware": hardware, "alert_mode": mode},
                                before=f"set traps={traps}", prepare=prepare,
                                source="tracepoint") as (monitor, daemon):
            if serves:
                daemon.wait_until_serving()
            function(monitor, daemon)
    return run


CASES = {
    "summary": case(dropwatch_in_summary_mode, traps=3, mode="summary"),
    "packet": case(dropwatch_in_packet_mode, traps=3),
    "wanted": case(dropwatch_in_packet_mode, traps=0, hardware="true"),
    "breaks": case(the_hardware_half_breaks, traps=3),
    "none": case(without_traps, traps=0),
    "off": case(without_traps, traps=3, hardware="false"),
    "auto-refused": case(refused_although_automatic, traps=3, prepare=deny_joining),
    "refused": case(refused, traps=3, hardware="true", serves=False, prepare=deny_joining),
}

if __name__ == "__main__":
    if os.geteuid() != 0:
        print("skipped: loading a program into the kernel takes root")
        sys.exit(77)
    sys.exit(run_cases(__file__, CASES, sys.argv[1:]))
