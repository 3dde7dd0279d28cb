# SPDX-License-Identifier: GPL-2.0-or-later
"""A daemon with many series: its memory, the cost of a scrape, and the cost of idling; and
prometheus-node-exporter, which serves the same lines from its textfile collector."""
import re
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from daemon import PACKET_MODE, PORT, Client, Daemon
from procs import Monitor, Process, wait_for
from series import messages

EXPORTER_PORT = 9101
FILL_RATE = 20_000
TICK_S = 0.1


def fill(monitor, daemon, series, lengths):
    """Send three packets of each label set."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(messages(series, lengths))
        file.flush()
        sent = sum(monitor.do(f"file {file.name} rate={FILL_RATE}")["messages"] for _ in range(3))
    daemon.account_for(sent)
    have = daemon.samples()["dropwatchd_series", ""]
    if have != series:
        raise RuntimeError(f"{have:.0f} series instead of {series}")


def scrapes(cpu_ns, port, rounds, before_each=lambda: None):
    """Returns the CPU time per scrape, and the sorted latencies, in ns."""
    client = Client(port)
    for _ in range(5):
        client.get()
    before = cpu_ns()
    took = []
    for _ in range(rounds):
        before_each()
        began = time.perf_counter_ns()
        client.get()
        took.append(time.perf_counter_ns() - began)
    return (cpu_ns() - before) / rounds, sorted(took)


def fresh_scrapes(build, series, lengths, rounds):
    """Scrapes of different snapshots, since those of the same snapshot share one body."""
    with tempfile.NamedTemporaryFile() as file, Monitor(build) as monitor, \
            Daemon(build, PACKET_MODE + f"series:\n  tick: {TICK_S * 1000:.0f}ms\n") as daemon:
        file.write(messages(1, lengths))
        file.flush()
        fill(monitor, daemon, series, lengths)

        def renew_snapshot():
            """While nothing is dropped, there are no new snapshots."""
            monitor.do(f"file {file.name} rate={FILL_RATE}")
            time.sleep(1.5 * TICK_S)

        return scrapes(lambda: daemon.threads_ns()["http"], PORT, rounds, renew_snapshot)


def idle(process, seconds):
    """Returns the share of one CPU, None if there is no time to measure."""
    if not seconds:
        return None
    before = process.cpu_ns()
    time.sleep(seconds)
    return (process.cpu_ns() - before) / seconds / 1e9


def of_daemon(build, series, lengths, rounds, seconds):
    cost, took = fresh_scrapes(build, series, lengths, rounds)
    with Monitor(build) as monitor, Daemon(build) as daemon:
        empty = daemon.memory()
        fill(monitor, daemon, series, lengths)
        scrapes(daemon.cpu_ns, PORT, rounds)
        lines = [line for line in bytes(Client(PORT).get()).decode().splitlines(keepends=True)
                 if re.match(r"(# \w+ )?dropwatch_drops_total", line)]
        kept = daemon.memory()
        time.sleep(8)  # a large body is kept for a few seconds
        memory = daemon.memory()
        return {"cpu": cost, "took": took, "empty": empty, "memory": memory, "kept": kept,
                "idle": idle(daemon, seconds), "text": "".join(lines)}


def of_tracepoint(build, seconds):
    """The default source while nothing is dropped, and its kernel memory."""
    with Daemon(build, "source: tracepoint\n") as daemon:
        kernel = daemon.samples()["dropwatchd_source_kernel_memory_bytes", 'source="tracepoint"']
        time.sleep(2)
        before, ledger = daemon.wakeups(), daemon.threads_ns()["ledger"]
        share = idle(daemon, seconds)
        return {"memory": daemon.memory(), "kernel": kernel, "idle": share,
                "ledger": (daemon.threads_ns()["ledger"] - ledger) / seconds / 1e9,
                "wakeups": (daemon.wakeups() - before) / seconds}


def of_exporter(text, rounds, seconds):
    """tests/bench/run unpacks the program and adds it to PATH, instead of installing a service."""
    if not shutil.which("prometheus-node-exporter"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "drops.prom").write_text(text)
        with Process(["prometheus-node-exporter", "--collector.disable-defaults",
                      "--collector.textfile", f"--collector.textfile.directory={folder}",
                      f"--web.listen-address=127.0.0.1:{EXPORTER_PORT}"],
                     stderr=subprocess.DEVNULL) as exporter:
            wait_for("node exporter",
                     lambda: socket.create_connection(("127.0.0.1", EXPORTER_PORT)))
            cost, took = scrapes(exporter.cpu_ns, EXPORTER_PORT, rounds)
            time.sleep(2)
            return {"cpu": cost, "took": took, "memory": exporter.memory(),
                    "idle": idle(exporter, seconds)}


def p99(took):
    return took[len(took) * 99 // 100]


def p50(took):
    return median(took)
