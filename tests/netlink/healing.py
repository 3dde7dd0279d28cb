#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the daemon shows and does when others meddle with the drop monitor.

usage: in-namespace healing.py DROPWATCHD MONITOR SHIM
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from harness import Daemon, Monitor


def order(monitor, line):
    monitor.tell(line)
    return monitor.wait()


def info(mode, owner):
    return f'dropwatchd_monitor_info{{source="netdm",mode="{mode}",owner="{owner}"}} 1'


def restarts(cause, n):
    return f'dropwatchd_monitor_restarts_total{{cause="{cause}",source="netdm"}} {n}'


def check(condition, text):
    if not condition:
        raise RuntimeError(text)


def stopped_behind_our_back(monitor, daemon):
    daemon.until(info("packet", "self"))
    order(monitor, "set sw=0")
    daemon.until(restarts("stopped", 1))
    daemon.until('dropwatchd_monitor_up{source="netdm"} 1')
    check(order(monitor, "get")["sw"] == 1, "it was not started again")
    daemon.stop()
    check("another program stopped the drop monitor" in daemon.log, daemon.log)
    check(re.search(r"drops of up to \d+\.\d s may not have been counted", daemon.log), daemon.log)


def blind_seconds(text):
    return float(re.search(r'^dropwatchd_monitor_blind_seconds_total\{source="netdm"\} (\S+)', text,
                           re.M).group(1))


def stopped_again_and_again(monitor, daemon):
    """The monitor is up again only after 10 s without another stop."""
    check(blind_seconds(daemon.get()) == 0, "blind from the start")
    for n in range(1, 4):
        order(monitor, "set sw=0")
        daemon.until(restarts("stopped", n))
        daemon.until(info("packet", "self"))  # and no earlier is it on again
    daemon.until('dropwatchd_monitor_up{source="netdm"} 0')
    check(blind_seconds(daemon.get()) > 0, "blind for no time")
    daemon.until('dropwatchd_monitor_up{source="netdm"} 1')
    daemon.stop()
    check("again and again" in daemon.log, daemon.log)
    check("receiving drop events again" in daemon.log, daemon.log)


def taken_over(monitor, daemon):
    """There and back."""
    order(monitor, "set mode=0 truncate=200")
    daemon.until(info("summary", "other"))
    check(blind_seconds(daemon.get()) > 0, "it was off, and nobody was blind")
    order(monitor, "set sw=0")
    daemon.until(info("packet", "self"))
    daemon.stop()
    check("another program has taken over the drop monitor" in daemon.log, daemon.log)
    check("dropwatchd runs the drop monitor itself now, in packet mode" in daemon.log, daemon.log)


def held_by_another(monitor, daemon):
    daemon.until(info("summary", "other"))
    order(monitor, "summary 10 points=3 count=2")
    daemon.settled(60)
    check(daemon.scrape()[0] == 60, "its messages were not counted")
    order(monitor, "set sw=0")
    daemon.until(info("packet", "self"))
    daemon.stop()
    check(order(monitor, "get")["sw"] == 0, "the monitor was left on")


def kernel_queue(monitor, daemon):
    order(monitor, "set queue_drops=1234")
    daemon.until('dropwatchd_events_lost_total{stage="kernel_queue",source="netdm"} 1234')
    daemon.stop()


def reloaded(monitor, daemon):
    order(monitor, "packets 100")
    order(monitor, "set family=33 group=2 sw=0")
    daemon.until(restarts("reloaded", 1))
    daemon.until('dropwatchd_monitor_up{source="netdm"} 1')
    order(monitor, "packets 100")
    check(daemon.settled(200)[0] == 200, "what came after the reload was not counted")
    daemon.stop()


def reloaded_without_the_capability(monitor, daemon):
    with open(daemon.deny, "w", encoding="ascii"):
        order(monitor, "set family=33 sw=0")
        check(daemon.wait() not in (0, None), "it ended as if all were well")
    check("CAP_SYS_ADMIN" in daemon.log, daemon.log)
    check("may not have been counted" in daemon.log, daemon.log)


def after_a_forced_exit(_, daemon):
    """What the daemon before this one left says since when nothing was heard."""
    check(blind_seconds(daemon.get()) >= 60, "the time before it does not count")
    daemon.stop()
    check(re.search(r"drops of up to [67]\d\.\d s may not have been counted", daemon.log),
          daemon.log)


def silent(monitor, daemon):
    order(monitor, "set mute=1")
    daemon.until('dropwatchd_monitor_up{source="netdm"} 0')
    order(monitor, "packets 100")
    check(daemon.settled(100)[0] == 100, "it did not count what came")
    order(monitor, "set mute=0")
    daemon.until('dropwatchd_monitor_up{source="netdm"} 1')
    daemon.stop()


def not_there(_, daemon):
    check(daemon.wait() == 1, "it ended as if all were well")
    check("modprobe drop_monitor" in daemon.log, daemon.log)


CASES = [
    (stopped_behind_our_back, "get"),
    (stopped_again_and_again, "get"),
    (taken_over, "get"),
    (held_by_another, "set sw=1 mode=0"),
    (kernel_queue, "get"),
    (reloaded, "get"),
    (reloaded_without_the_capability, "get"),
    (after_a_forced_exit, "get"),
    (silent, "get"),
    (not_there, "set present=0"),
]


def run(program, monitor_program, shim, case, before):
    deny = tempfile.mktemp(prefix="netdm-deny-join.")
    runtime = tempfile.mkdtemp(prefix="netdm-runtime.")
    if case is after_a_forced_exit:
        since_ns = time.monotonic_ns() - 60 * 10**9
        with open(os.path.join(runtime, "drop-monitor-is-ours"), "w", encoding="ascii") as mark:
            mark.write(f"software=0 hardware=0 blind_since_ns={since_ns}\n")
    monitor = Monitor(monitor_program)
    order(monitor, before)
    daemon = Daemon(program, shim, {}, env={"NETDM_TEST_DENY_JOIN": deny,
                                            "RUNTIME_DIRECTORY": runtime})
    daemon.deny = deny
    try:
        if case is not not_there:
            daemon.wait_until_serving()
        case(monitor, daemon)
    finally:
        daemon.kill()
        monitor.close()
        if os.path.exists(deny):
            os.unlink(deny)
        shutil.rmtree(runtime)
    print(f"{case.__name__}: ok", flush=True)


def main(argv):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for case, before in CASES:
        run(*argv, case, before)


if __name__ == "__main__":
    main(sys.argv[1:])
