#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the daemon shows and does when other programs interfere with the drop monitor.

usage: in-namespace healing.py DROPWATCHD MONITOR SHIM
"""
import re
import sys
import time

from harness import check, monitor_and_daemon, run_cases


def info(mode, owner):
    return f'dropwatchd_monitor_info{{source="netdm",mode="{mode}",owner="{owner}"}} 1'


def restarts(cause, n):
    return f'dropwatchd_monitor_restarts_total{{cause="{cause}",source="netdm"}} {n}'


def stopped_behind_our_back(monitor, daemon):
    daemon.until(info("packet", "self"))
    monitor.do("set sw=0")
    daemon.until(restarts("stopped", 1))
    daemon.until('dropwatchd_monitor_up{source="netdm"} 1')
    check(monitor.do("get")["sw"] == 1, "it was not started again")
    daemon.stop()
    check("another program stopped the drop monitor" in daemon.log, daemon.log)
    check(re.search(r"drops of up to \d+\.\d s may not have been counted", daemon.log), daemon.log)


def blind_seconds(text):
    return float(re.search(r'^dropwatchd_monitor_blind_seconds_total\{source="netdm"\} (\S+)', text,
                           re.M).group(1))


def stopped_again_and_again(monitor, daemon):
    """The monitor is up again only after 10 s without another stop."""
    check(blind_seconds(daemon.get()) == 0, "the blind time is not 0 at the start")
    for n in range(1, 4):
        monitor.do("set sw=0")
        daemon.until(restarts("stopped", n))
        daemon.until(info("packet", "self"))  # only then it is on again
    daemon.until('dropwatchd_monitor_up{source="netdm"} 0')
    check(blind_seconds(daemon.get()) > 0, "the blind time is 0")
    daemon.until('dropwatchd_monitor_up{source="netdm"} 1')
    daemon.stop()
    check("again and again" in daemon.log, daemon.log)
    check("receiving drop events again" in daemon.log, daemon.log)


def taken_over(monitor, daemon):
    """Another program takes over, then stops."""
    monitor.do("set mode=0 truncate=200")
    daemon.until(info("summary", "other"))
    check(blind_seconds(daemon.get()) > 0, "it was off, but the blind time is 0")
    monitor.do("set sw=0")
    daemon.until(info("packet", "self"))
    daemon.stop()
    check("another program has taken over the drop monitor" in daemon.log, daemon.log)
    check("dropwatchd runs the drop monitor itself now, in packet mode" in daemon.log, daemon.log)


def held_by_another(monitor, daemon):
    daemon.until(info("summary", "other"))
    monitor.do("summary 10 points=3 count=2")
    daemon.settled(60)
    check(daemon.scrape()[0] == 60, "its messages were not counted")
    monitor.do("set sw=0")
    daemon.until(info("packet", "self"))
    daemon.stop()
    check(monitor.do("get")["sw"] == 0, "the monitor was left on")


def kernel_queue(monitor, daemon):
    monitor.do("set queue_drops=1234")
    daemon.until('dropwatchd_events_lost_total{stage="kernel_queue",source="netdm"} 1234')
    daemon.stop()


def reloaded(monitor, daemon):
    monitor.do("packets 100")
    monitor.do("set family=33 group=2 sw=0")
    daemon.until(restarts("reloaded", 1))
    daemon.until('dropwatchd_monitor_up{source="netdm"} 1')
    monitor.do("packets 100")
    check(daemon.settled(200)[0] == 200, "drops after the reload were not counted")
    daemon.stop()


def reloaded_without_the_capability(monitor, daemon):
    (daemon.directory / "deny").touch()
    monitor.do("set family=33 sw=0")
    check(daemon.wait() not in (0, None), "the exit status is 0")
    check("CAP_SYS_ADMIN" in daemon.log, daemon.log)
    check("may not have been counted" in daemon.log, daemon.log)


def after_a_forced_exit(_, daemon):
    """The mark of the previous daemon says since when drops have been missed."""
    check(blind_seconds(daemon.get()) >= 60, "the time before the start is missing")
    daemon.stop()
    check(re.search(r"drops of up to [67]\d\.\d s may not have been counted", daemon.log),
          daemon.log)


def silent(monitor, daemon):
    monitor.do("set mute=1")
    daemon.until('dropwatchd_monitor_up{source="netdm"} 0')
    monitor.do("packets 100")
    check(daemon.settled(100)[0] == 100, "drops were not counted")
    monitor.do("set mute=0")
    daemon.until('dropwatchd_monitor_up{source="netdm"} 1')
    daemon.stop()


def not_there(_, daemon):
    check(daemon.wait() == 1, "the exit status is 0")
    check("modprobe drop_monitor" in daemon.log, daemon.log)


def blind_for_a_minute(directory):
    """As the daemon before this one would leave it."""
    since_ns = time.monotonic_ns() - 60 * 10**9
    mark = f"software=0 hardware=0 blind_since_ns={since_ns}\n"
    (directory / "drop-monitor-is-ours").write_text(mark, encoding="ascii")


def case(function, serves=True, **setup):
    def run(programs):
        with monitor_and_daemon(programs, **setup) as (monitor, daemon):
            if serves:
                daemon.wait_until_serving()
            function(monitor, daemon)
    return run


# Those that take longest come first.
CASES = {
    "again-and-again": case(stopped_again_and_again),
    "silent": case(silent),
    "stopped": case(stopped_behind_our_back),
    "taken-over": case(taken_over),
    "held-by-another": case(held_by_another, before="set sw=1 mode=0"),
    "kernel-queue": case(kernel_queue),
    "reloaded": case(reloaded),
    "no-capability": case(reloaded_without_the_capability),
    "forced-exit": case(after_a_forced_exit, prepare=blind_for_a_minute),
    "not-there": case(not_there, serves=False, before="set present=0"),
}

if __name__ == "__main__":
    sys.exit(run_cases(__file__, CASES, sys.argv[1:]))
