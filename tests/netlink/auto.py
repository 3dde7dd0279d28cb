#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which source "auto" chooses if both exist. The tracepoint is that of the running kernel, the drop
monitor is the test's own. usage: auto.py DROPWATCHD MONITOR SHIM"""
import os
import re
import subprocess
import sys

from harness import check, monitor_and_daemon, run_cases

CAP_NET_ADMIN, CAP_SYSLOG = 12, 34


def effective(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(re.search(r"^CapEff:\s*(\w+)", f.read(), re.M).group(1), 16)


def sources(text):
    return re.findall(r'^dropwatchd_monitor_up\{source="(\w+)"\} 1$', text, re.M)


def capabilities_are(daemon, wanted):
    held = effective(daemon.process.pid)
    check(held & ~(1 << CAP_SYSLOG) == wanted, f"capabilities {held:x}")


def tracepoint_first(monitor, daemon):
    """The drop monitor stays off, and no capability is kept."""
    check(sources(daemon.get()) == ["tracepoint"], daemon.log)
    check("source: tracepoint (auto), " in daemon.log, daemon.log)
    check("not used" not in daemon.log, daemon.log)
    capabilities_are(daemon, 0)
    check(monitor.do("get")["sw"] == 0, "the drop monitor was started as well")


def else_netdm(monitor, daemon):
    """In a user namespace no program can be loaded. One line says so; it must not look like an error."""
    check(sources(daemon.get()) == ["netdm"], daemon.log)
    check("info: source: netdm (auto), " in daemon.log, daemon.log)
    lines = [line for line in daemon.log.splitlines() if "not used" in line]
    check(len(lines) == 1 and "info: the tracepoint is not used: " in lines[0], daemon.log)
    check(len(lines[0]) < 150, lines[0])
    check(not re.search(r"error|warning|fail|cannot", lines[0], re.I), lines[0])
    capabilities_are(daemon, 1 << CAP_NET_ADMIN)
    monitor.do("packets 100")
    check(daemon.settled(100)[0] == 100, "not all was counted")


def case(function):
    def run(programs):
        with monitor_and_daemon(programs, source="auto") as (monitor, daemon):
            daemon.until_true(sources)
            function(monitor, daemon)
    return run


CASES = {"tracepoint": case(tracepoint_first), "netdm": case(else_netdm)}


def inside(name):
    return ["unshare", "--net"] if name == "tracepoint" else ["unshare", "--user", "--map-root-user", "--net"]


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


if __name__ == "__main__":
    if not set(CASES) & set(sys.argv[1:2]):
        if os.geteuid() != 0:
            skip("loading a program into the kernel takes root")
        if subprocess.run(["unshare", "--user", "--net", "true"], check=False).returncode:
            skip("user namespaces are not available here (unshare --user --net)")
    sys.exit(run_cases(__file__, CASES, sys.argv[1:], inside))
