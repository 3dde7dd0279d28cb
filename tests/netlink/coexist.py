#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The tracepoint of the running kernel counts software drops, and next to it the test's own drop
monitor reports hardware drops. Another program, such as dropwatch, uses that monitor as well.

usage: coexist.py DROPWATCHD MONITOR SHIM
"""
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from harness import Daemon, Monitor, PATIENCE_S

HERE = "in-the-namespace"


def check(condition, text):
    if not condition:
        raise RuntimeError(text)


def order(monitor, line):
    monitor.tell(line)
    return monitor.wait()


def values(text, name):
    return {labels: float(value) for labels, value in
            re.findall(rf"^{name}{{?(\S*?)}}? (\S+)$", text, re.M)}


def value(text, name, source="netdm"):
    return values(text, name)[f'source="{source}"']


def up(source, n):
    return f'dropwatchd_monitor_up{{source="{source}"}} {n}'


def lost(text):
    return sum(n for labels, n in values(text, "dropwatchd_events_lost_total").items()
               if 'source="netdm"' in labels)


def until(daemon, what):
    """Scrapes until it holds."""
    end = time.monotonic() + PATIENCE_S
    while not what(daemon.get()):
        check(time.monotonic() < end, "never\n" + daemon.get() + daemon.log)
        time.sleep(0.2)


def all_ignored(daemon, ignored, hardware):
    """Nothing that the other program asked for is in any sum."""
    until(daemon, lambda text: value(text, "dropwatchd_ignored_packets_total") == ignored)
    until(daemon, lambda text: sum(values(text, "dropwatch_hardware_drops_total").values())
          == hardware)
    # Exactly what the tracepoint reported, which the host's other drops keep moving.
    until(daemon, lambda text: sum(values(text, "dropwatch_drops_total").values())
          == value(text, "dropwatchd_source_packets_total", "tracepoint"))
    text = daemon.get()
    check(value(text, "dropwatchd_source_packets_total") == hardware, text)
    check(lost(text) == 0, text)


def next_to_dropwatch(monitor, daemon, send):
    """It starts the software half, listens, stops it, and goes."""
    daemon.until(up("netdm", 1))
    daemon.until(up("tracepoint", 1))
    state = order(monitor, "get")
    check((state["sw"], state["hw"]) == (0, 1), f"halves: {state}")
    order(monitor, "hardware 10 points=4 count=5")
    all_ignored(daemon, 0, 200)
    order(monitor, "set sw=1")
    ignored = order(monitor, send)["packets"]
    order(monitor, "set queue_drops=99")
    order(monitor, "hardware 10 points=4 count=5")
    all_ignored(daemon, ignored, 400)
    order(monitor, "set sw=0")
    order(monitor, "hardware 10 points=4 count=5")
    all_ignored(daemon, ignored, 600)
    check(order(monitor, "get")["sw"] == 0, "its half was started again")
    order(monitor, "set sw=1")
    daemon.stop()
    state = order(monitor, "get")
    check((state["sw"], state["hw"]) == (1, 0), f"halves at the end: {state}")
    check("netdm, hardware drops" in daemon.log, daemon.log)


def dropwatch_in_summary_mode(monitor, daemon):
    next_to_dropwatch(monitor, daemon, "summary 10 points=60 count=7")


def dropwatch_in_packet_mode(monitor, daemon):
    next_to_dropwatch(monitor, daemon, "packets 3000 points=8")


def the_hardware_half_breaks(monitor, daemon):
    """The tracepoint goes on."""
    daemon.until(up("netdm", 1))
    with open(daemon.deny, "w", encoding="ascii"):
        order(monitor, "set family=33 hw=0")
        daemon.until(up("netdm", 0))
    before = value(daemon.get(), "dropwatchd_monitor_blind_seconds_total")
    check(before > 0, "blind for no time")
    until(daemon, lambda text: value(text, "dropwatchd_monitor_blind_seconds_total") > before)
    daemon.until(up("tracepoint", 1))
    with urllib.request.urlopen(daemon.url + "/-/ready") as answer:
        check(answer.status == 200, "not ready")
    daemon.stop()
    check("CAP_SYS_ADMIN" in daemon.log, daemon.log)


def without_traps(monitor, daemon):
    daemon.until(up("tracepoint", 1))
    check("netdm" not in daemon.get(), daemon.get())
    check("netdm" not in daemon.log and "hardware" not in daemon.log, daemon.log)
    check(order(monitor, "get")["families"] == 0, "the module was looked for")
    daemon.stop()


def refused_although_automatic(_, daemon):
    daemon.until(up("tracepoint", 1))
    line = [line for line in daemon.log.splitlines() if "hardware drops are not reported" in line]
    check(len(line) == 1 and "info:" in line[0] and "CAP_SYS_ADMIN" in line[0], daemon.log)
    check("run as root" not in line[0], "the remedy is in the note: " + line[0])
    check(" error: " not in daemon.log, daemon.log)
    daemon.stop()


def refused(_, daemon):
    check(daemon.wait() == 1, "it ended as if all were well")
    check("netdm.hardware: " in daemon.log and "CAP_SYS_ADMIN" in daemon.log, daemon.log)
    check("; run as root" in daemon.log, "there is no remedy: " + daemon.log)


# name: case, before it, configuration, must the daemon serve?, may the group be joined?
CASES = {
    "summary": (dropwatch_in_summary_mode, "set traps=3", {"alert_mode": "summary"}, True, True),
    "packet": (dropwatch_in_packet_mode, "set traps=3", {}, True, True),
    "wanted": (dropwatch_in_packet_mode, "set traps=0", {"hardware": "true"}, True, True),
    "breaks": (the_hardware_half_breaks, "set traps=3", {}, True, True),
    "none": (without_traps, "set traps=0", {}, True, True),
    "off": (without_traps, "set traps=3", {"hardware": "false"}, True, True),
    "auto-refused": (refused_although_automatic, "set traps=3", {}, True, False),
    "refused": (refused, "set traps=3", {"hardware": "true"}, False, False),
}


def run(name, program, monitor_program, shim):
    case, before, settings, serves, joins = CASES[name]
    deny = tempfile.mktemp(prefix="netdm-deny-join.")
    monitor = Monitor(monitor_program)
    order(monitor, before)
    if not joins:
        open(deny, "w", encoding="ascii").close()
    daemon = Daemon(program, shim, settings, env={"NETDM_TEST_DENY_JOIN": deny},
                    source="tracepoint")
    daemon.deny = deny
    try:
        if serves:
            daemon.wait_until_serving()
        case(monitor, daemon)
    finally:
        daemon.kill()
        monitor.close()
        if os.path.exists(deny):
            os.unlink(deny)
    print(f"{name}: ok", flush=True)


def main(argv):
    if argv[0] == HERE:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        for name in CASES:
            run(name, *argv[1:])
        return
    if os.geteuid() != 0:
        print("skipped: loading a program into the kernel takes root")
        sys.exit(77)
    inside = ["unshare", "--net", "--", sys.executable, "-B", __file__, HERE, *argv]
    sys.exit(subprocess.run(inside, check=False).returncode)


if __name__ == "__main__":
    main(sys.argv[1:])
