#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""dropwatchd next to other programs that do the same work, in one run.

usage: compare.py BUILD [--smoke]

Prints a Markdown table. Times are CPU time of threads, as the kernel accounts for it. To be run in
a network namespace of its own, as tests/bench/run does. --smoke does a little of everything that
needs nothing installed, prints no ratio worth reading, and fails if a packet is neither counted
nor lost.
"""
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import cost
import ingest
import scrape

MB = 1_000_000
SERIES = 10_000
FULL = {"seconds": 4, "rounds": 7, "cost_rounds": 5, "scrapes": 300, "exporter_scrapes": 100,
        "idle": 60, "flood": 10}
SMOKE = {"seconds": 1, "rounds": 1, "cost_rounds": 0, "scrapes": 10, "exporter_scrapes": 0,
         "idle": 1, "flood": 1}


def progress(what):
    print(f"{time.strftime('%H:%M:%S')} {what} ...", file=sys.stderr, flush=True)


def row(what, ours, peer, ratio, aim):
    print(f"| {what} | {ours} | {peer or '–'} | {ratio or '–'} | {aim or '–'} |", flush=True)


def smaller(ours, theirs):
    """As "1/5.3", or "1.12" where ours is the larger."""
    return f"{ours / theirs:.2f}" if ours > theirs / 2 else f"1/{theirs / ours:.1f}"


def by_round(ours, theirs):
    """The median of the ratios of all rounds, since a disturbance affects both programs."""
    return smaller(median(a / b for a, b in zip(ours, theirs)), 1)


def machine():
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return (f"{model[1] if model else platform.machine()}, {os.cpu_count()} CPUs, "
            f"Linux {platform.release()}, {time.strftime('%Y-%m-%d')}; "
            f"load before: {os.getloadavg()[0]:.1f}")


def versions():
    def said_by(*command):
        if not shutil.which(command[0]):
            return ""
        return subprocess.run(command, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT).stdout

    installed = said_by("dpkg-query", "-W", "-f", "${Package} ${Version}, ", "dropwatch", "bpftrace")
    exporter = "prometheus-node-exporter"  # unpacked, not installed, so dpkg does not know it
    version = re.search(r"version ([0-9.]+)", said_by(exporter, "--version"))
    return installed + f"{exporter} {version[1] if version else 'of unknown version'}"


def ingest_rows(build, n):
    progress(f"ingest at {ingest.RATE:,}/s, {n['rounds']} rounds")
    ours, source, theirs, bare = ingest.measure(build, n["seconds"], n["rounds"])
    what = f"packet messages of 200 B at {ingest.RATE:,}/s: CPU per event"
    if theirs:
        row(what + ", all threads", f"{median(ours):.0f} ns",
            f"`dropwatch`: {median(theirs):.0f} ns", by_round(ours, theirs), "≤ 1/5")
    loop = f"bare `recvmmsg` loop: {median(bare):.0f} ns"
    row("… of the thread that listens", f"{median(source):.0f} ns", loop, by_round(source, bare),
        "≤ 1.25")
    row("… all threads", f"{median(ours):.0f} ns", loop, by_round(ours, bare), None)


def flood_row(build, n):
    progress(f"flood of {ingest.FLOOD:,}/s")
    sent, took, tally, theirs = ingest.measure_flood(build, n["flood"])
    lost = ", ".join(f"{stage} {tally[stage]:,}" for stage in tally if stage != "counted")
    row(f"flood of {sent / took / 1e6:.2f} million/s for {took:.0f} s, default buffers: lost",
        f"{sent - tally['counted']:,} of {sent:,} ({lost})",
        None if theirs is None else f"`dropwatch`: {100 * theirs:.0f} %", None, "0")


def cost_rows(build, n):
    progress(f"cost of watching a drop, {n['cost_rounds']} rounds")
    costs, why = cost.measure(build, n["cost_rounds"])
    if not costs:
        print(f"the tracepoint source is left out: {why}", file=sys.stderr)
        return
    peers = {"bpftrace": ("`bpftrace`, one line, by location", "≤ 1/2"),
             "perf": ("`perf record -e skb:kfree_skb`", None)}
    for key, (name, aim) in peers.items():
        if costs[key] is not None:
            row(f"watching adds to a dropped packet (itself {costs['nobody']:.0f} ns)",
                f"tracepoint source: {costs['ours']:.0f} ns", f"{name}: {costs[key]:.0f} ns",
                smaller(costs["ours"], costs[key]), aim)


def megabytes(memory):
    """Private memory first: most other pages are of libraries, shared with other programs."""
    return (f"{memory['Anonymous'] / MB:.1f} MB (resident {memory['Rss'] / MB:.1f}, "
            f"Pss {memory['Pss'] / MB:.1f})")


def scrape_rows(build, n):
    progress(f"{n['scrapes']} scrapes of {SERIES:,} series; then idle for {n['idle']} s")
    ours = scrape.of_daemon(build, SERIES, False, n["scrapes"], n["idle"])
    long = scrape.of_daemon(build, SERIES, True, n["scrapes"], 0)
    theirs = None
    if n["exporter_scrapes"]:
        progress(f"{n['exporter_scrapes']} scrapes of prometheus-node-exporter")
        theirs = scrape.of_exporter(ours["text"], n["exporter_scrapes"], 1)
    name = "`prometheus-node-exporter`, textfile: "
    row(f"a scrape of {SERIES:,} series: CPU", f"{ours['cpu'] / 1e6:.2f} ms",
        theirs and name + f"{theirs['cpu'] / 1e6:.1f} ms",
        theirs and smaller(ours["cpu"], theirs["cpu"]), "≤ 1/50")
    row("… latency, median and 99th of 100",
        " and ".join(f"{at(ours['took']) / 1e6:.1f}" for at in (scrape.p50, scrape.p99)) + " ms",
        theirs and " and ".join(f"{at(theirs['took']) / 1e6:.0f}"
                                for at in (scrape.p50, scrape.p99)) + " ms",
        theirs and smaller(scrape.p99(ours["took"]), scrape.p99(theirs["took"])), "p99 < 5 ms")
    row("… with bytes as well as packets (20,000 lines): CPU", f"{long['cpu'] / 1e6:.2f} ms",
        None, None, None)
    row(f"private memory with {SERIES:,} series, after {n['scrapes']} scrapes", megabytes(ours["memory"]),
        theirs and megabytes(theirs["memory"]),
        theirs and smaller(ours["memory"]["Anonymous"], theirs["memory"]["Anonymous"]), "< 9 MB")
    row("… before the first drop", megabytes(ours["empty"]), None, None, None)
    row(f"CPU while nothing happens, with {SERIES:,} series, over {n['idle']} s",
        f"{100 * ours['idle']:.3f} %", None, None, "< 0.1 %")


def idle_rows(build, n):
    progress(f"the tracepoint source, idle for {n['idle']} s")
    ours = scrape.of_tracepoint(build, n["idle"])
    row(f"tracepoint source while nothing is dropped, over {n['idle']} s: CPU",
        f"{100 * ours['idle']:.3f} %", None, None, "≤ 0.02 %")
    row("… of it the thread that reads the kernel's counters", f"{100 * ours['ledger']:.3f} %", None,
        None, "≤ 0.02 %")
    row("… wake-ups per second", f"{ours['wakeups']:.1f}", None, None, "≤ 2")
    row("… private memory", megabytes(ours["memory"]), None, None, None)
    row(f"… memory of the kernel, with {os.sysconf('SC_NPROCESSORS_CONF')} CPUs",
        f"{ours['kernel'] / MB:.1f} MB", None, None, "< 16 MB")


def main():
    build = Path(sys.argv[1]).resolve()
    n = SMOKE if "--smoke" in sys.argv else FULL
    print(f"{machine()}.\n{versions()}.\n")
    row("what", "dropwatchd", "peer", "ratio", "aim")
    row("---", "---", "---", "---", "---")
    ingest_rows(build, n)
    flood_row(build, n)
    if n["cost_rounds"]:
        cost_rows(build, n)
    scrape_rows(build, n)
    if n["cost_rounds"]:
        idle_rows(build, n)


if __name__ == "__main__":
    main()
