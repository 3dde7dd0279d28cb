#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What "source: auto" takes where both sources exist. The tracepoint is that of the running kernel,
the drop monitor is the test's own. usage: auto.py DROPWATCHD MONITOR SHIM"""
import os
import re
import subprocess
import sys
import time

from harness import Daemon, Monitor

CAP_NET_ADMIN, CAP_SYSLOG = 12, 34


def check(condition, text):
    if not condition:
        raise RuntimeError(text)


def effective(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return int(re.search(r"^CapEff:\s*(\w+)", f.read(), re.M).group(1), 16)


def sources(daemon):
    return re.findall(r'^dropwatchd_monitor_up\{source="(\w+)"\} 1$', daemon.get(), re.M)


def capabilities_are(daemon, wanted):
    held = effective(daemon.process.pid)
    check(held & ~(1 << CAP_SYSLOG) == wanted, f"capabilities {held:x}")


def tracepoint_first(monitor, daemon):
    """It knows more than the drop monitor, which stays off. No capability is kept for it."""
    check(sources(daemon) == ["tracepoint"], daemon.log)
    check("source: tracepoint (auto), " in daemon.log, daemon.log)
    check("not used" not in daemon.log, daemon.log)
    capabilities_are(daemon, 0)
    monitor.tell("get")
    check(monitor.wait()["sw"] == 0, "the drop monitor was started as well")


def else_netdm(monitor, daemon):
    """A user namespace may load no program. One line says so, and does not read like an error."""
    check(sources(daemon) == ["netdm"], daemon.log)
    check("info: source: netdm (auto), " in daemon.log, daemon.log)
    lines = [line for line in daemon.log.splitlines() if "not used" in line]
    check(len(lines) == 1 and "info: the tracepoint is not used: " in lines[0], daemon.log)
    check(len(lines[0]) < 150, lines[0])
    check(not re.search(r"error|warning|fail|cannot", lines[0], re.I), lines[0])
    capabilities_are(daemon, 1 << CAP_NET_ADMIN)
    monitor.tell("packets 100")
    monitor.wait()
    check(daemon.settled(100)[0] == 100, "not all was counted")


def run(case, programs):
    program, monitor_program, shim = programs
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    monitor = Monitor(monitor_program)
    daemon = Daemon(program, shim, {}, source="auto")
    try:
        daemon.wait_until_serving()
        end = time.monotonic() + 60
        while not sources(daemon) and time.monotonic() < end:
            time.sleep(0.1)
        case(monitor, daemon)
    finally:
        daemon.kill()
        monitor.close()
    print(f"{case.__name__}: ok", flush=True)


CASES = {
    "tracepoint_first": (tracepoint_first, ["unshare", "--net"]),
    "else_netdm": (else_netdm, ["unshare", "--user", "--map-root-user", "--net"]),
}


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def main(argv):
    if argv[0] in CASES:
        run(CASES[argv[0]][0], argv[1:])
        return
    if os.geteuid() != 0:
        skip("loading a program into the kernel takes root")
    if subprocess.run(["unshare", "--user", "--net", "true"], check=False).returncode:
        skip("user namespaces are not available here (unshare --user --net)")
    for name, (_, inside) in CASES.items():
        subprocess.run([*inside, "--", sys.executable, "-B", __file__, name, *argv], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
