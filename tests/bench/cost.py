# SPDX-License-Identifier: GPL-2.0-or-later
"""What watching adds to a drop: tests/bench/tracepoint_cost.c, whose lines are read here."""
import re
import subprocess

WATCHERS = {"nobody": "nobody", "ours": "tracepoint source", "bpftrace": "bpftrace", "perf": "perf"}


def measure(build, rounds):
    """{watcher: ns for each drop, None for a tool that is not here}; None if unknown."""
    program = build / "tests/bench/bench_tracepoint_cost"
    if not program.exists():
        return None, "this build has no tracepoint source"
    run = subprocess.run([program, str(rounds)], text=True, capture_output=True)
    if run.returncode:
        return None, (run.stderr or run.stdout).strip()
    costs = {}
    for key, name in WATCHERS.items():
        found = re.search(rf"^{name}.*?\s\+?(-?[\d.]+)(\s|$)", run.stdout, re.M)
        costs[key] = float(found[1]) if found else None
    return costs, ""
