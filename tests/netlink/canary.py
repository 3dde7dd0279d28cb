#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the canary finds out about the drop monitor, whatever the daemon believes of it.

The kernel drops the daemon's datagrams in the namespace of a case, and the test monitor reports these drops
as long as it is on: a case decides when it no longer does.

usage: in-namespace canary.py DROPWATCHD MONITOR SHIM
"""
import re
import sys
import tempfile

from harness import check, monitor_and_daemon, run_cases

# The addresses of the two drop points that the monitor reports.
KALLSYMS = "ffffffff81000000 T nf_hook_slow\nffffffff81000040 T udp_rcv\n"
# Each datagram is reported together with other drops; in a summary with two more at its own drop point.
REPORTS = {"packet": ("packets {} points=2", 1, 2), "summary": ("summary {} points=2 count=3", 3, 6)}


def no_ports():
    """How many datagrams the kernel has dropped in this namespace since no socket was found."""
    with open("/proc/self/net/snmp", encoding="ascii") as file:
        names, values = (line.split() for line in file if line.startswith("Udp:"))
    return int(dict(zip(names, values))["NoPorts"])


def value(text, name):
    return int(re.search(rf"^{name} (\d+)$", text, re.M).group(1))


def drops(text, **labels):
    total = 0
    for found, number in re.findall(r"^dropwatch_drops_total\{(.*)\} (\d+)$", text, re.M):
        has = dict(re.findall(r'(\w+)="([^"]*)"', found))
        if all(has.get(label) == wanted for label, wanted in labels.items()):
            total += int(number)
    return total


class Case:
    def __init__(self, monitor, daemon, mode):
        self.monitor, self.daemon = monitor, daemon
        self.command, self.at_point, self.each = REPORTS[mode]
        self.sees, self.always = True, "get"
        self.dropped = self.reported = 0

    def report(self):
        """Report what the kernel dropped, as the kernel would."""
        self.monitor.do(self.always)
        before, self.dropped = self.dropped, no_ports()
        new = self.dropped - before
        if new and self.sees and self.monitor.do("get")["sw"]:
            self.monitor.do(self.command.format(2 * new if self.each == 2 else new))
            self.reported += new

    def until(self, condition, description):
        def step(text):
            self.report()
            return condition(text)
        self.daemon.until_true(step, description)

    def until_canary(self, result, n):
        self.until(lambda text: value(text, f"dropwatchd_canary_{result}_total") >= n, f"{n} {result}")

    def until_seen_again(self):
        self.until_canary("seen", value(self.daemon.get(), "dropwatchd_canary_seen_total") + 1)

    def stop(self):
        self.daemon.stop()
        return self.daemon.log


def seen(case):
    """One packet of the right kind for each canary is expected. All counts are exact."""
    case.until_canary("seen", 2)
    case.sees = False
    reported = case.reported
    case.until(lambda text: drops(text) == reported * case.each, "all drops")
    text = case.daemon.get()
    check(drops(text, symbol="udp_rcv", **{"class": "expected"}) == reported, text)
    check(drops(text, symbol="udp_rcv", **{"class": "suspect"}) == reported * (case.at_point - 1), text)
    check(drops(text, symbol="nf_hook_slow", **{"class": "suspect"}) == reported * case.at_point, text)
    check("canary" not in case.stop(), case.daemon.log)


def reports_nothing(case):
    """The monitor answers that it is on."""
    case.until_canary("seen", 1)
    case.sees = False
    case.until_canary("missed", 1)
    check('dropwatchd_monitor_up{source="netdm"} 1' in case.daemon.get(), "it is not up")
    case.sees = True
    case.until_seen_again()
    log = case.stop()
    check("canary: the kernel dropped a datagram" in log, log)
    check("canary: drops are counted again" in log, log)


def stopped_and_started(case):
    """Between two checks of the daemon, which does not notice it."""
    case.until_canary("seen", 1)
    case.sees, before = False, case.dropped
    case.until(lambda text: case.dropped > before, "another datagram")
    case.sees = True
    case.until_canary("missed", 1)
    case.until_seen_again()
    text = case.daemon.get()
    check('dropwatchd_monitor_restarts_total{cause="stopped",source="netdm"} 0' in text, text)
    check(value(text, "dropwatchd_canary_missed_total") == 1, text)
    case.stop()


def changed(settings):
    def run(case):
        case.until_canary("seen", 1)
        case.monitor.do(f"set {settings}")
        case.until_canary("missed", 1)
        case.stop()
    return run


def stopped_again_and_again(case):
    """By another program, whenever the daemon has started it."""
    case.until_canary("seen", 1)
    case.always = "set sw=0"
    case.until_canary("missed", 1)
    case.stop()


def silent(case):
    """The monitor does not answer, so the daemon believes that it is blind, but it is not."""
    case.until_canary("seen", 1)
    case.monitor.do("set mute=1")
    case.until(lambda text: 'dropwatchd_monitor_up{source="netdm"} 0' in text.splitlines(), "not up")
    case.until_seen_again()
    case.monitor.do("set mute=0")
    case.stop()


def case_of(function, mode="packet"):
    def run(programs):
        with tempfile.NamedTemporaryFile("w") as kallsyms:
            kallsyms.write(KALLSYMS)
            kallsyms.flush()
            more = (f"symbols: {{ kallsyms: {kallsyms.name}, system_map: /dev/null }}\n"
                    "ledger: { interval: 5s, canary: 10s }\n")
            with monitor_and_daemon(programs, netdm={"alert_mode": mode}, more=more) as (monitor, daemon):
                daemon.wait_until_serving()
                function(Case(monitor, daemon, mode))
    return run


CASES = {
    "stopped-and-started": case_of(stopped_and_started),
    "reports-nothing": case_of(reports_nothing),
    "reports-nothing-summary": case_of(reports_nothing, "summary"),
    "seen": case_of(seen),
    "seen-summary": case_of(seen, "summary"),
    "silent": case_of(silent),
    "stopped": case_of(changed("sw=0 refuse=1")),
    "stopped-again-and-again": case_of(stopped_again_and_again),
    "module-reloaded": case_of(changed("family=33 group=2 mute=1")),
}

if __name__ == "__main__":
    sys.exit(run_cases(__file__, CASES, sys.argv[1:]))
