# SPDX-License-Identifier: GPL-2.0-or-later
"""Packet messages of 200 bytes: dropwatchd, Debian's dropwatch and a bare receive loop in turns."""
import shutil
import subprocess
import time

from daemon import Daemon
from procs import Monitor, Process, settled, sockets, wait_for

GROUP = 1
BUFFER = 64 << 20  # netdm.receive_buffer_bytes
RATE = 250_000
FLOOD = 1_000_000
SHAPE = "size=200 points=8"


def flood(monitor, count, rate):
    """Returns the number of messages lost by sockets, and the seconds needed."""
    before = settled()
    took = monitor.do(f"packets {count} rate={rate} {SHAPE}")["ns"] / 1e9
    return settled() - before, took


def of_daemon(build, count, rate):
    """Returns the CPU time per event of all threads and of the source thread, the tally of the
    messages, and the seconds needed."""
    with Monitor(build) as monitor, Daemon(build) as daemon:
        warm = monitor.do(f"packets 100 {SHAPE}")["messages"]
        daemon.account_for(warm)
        before = daemon.threads_ns()
        took = flood(monitor, count, rate)[1]
        after = daemon.threads_ns()
        tally = daemon.account_for(count + warm)
    spent = {name: after[name] - before.get(name, 0) for name in after}
    got = tally["counted"] - warm
    tally["counted"] = got
    return sum(spent.values()) / got, spent["source"] / got, tally, took


class Dropwatch(Process):
    """Debian's unmodified package, printing each packet to /dev/null. It runs until its input ends."""

    def __init__(self, build):
        super().__init__(["dropwatch", "-l", "kas"], stdin=subprocess.PIPE,
                         preload=build / "tests/netlink/libnetdm_shim.so",
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in "set alertmode packet", "start":
            self.popen.stdin.write(command + "\n")
            self.popen.stdin.flush()
        wait_for("dropwatch", sockets)


def of_dropwatch(build, count, rate):
    """Returns the CPU time per event, and the share of lost messages."""
    with Monitor(build) as monitor, Dropwatch(build) as dropwatch:
        wait_for("dropwatch's start", lambda: "sw=1" in monitor_state(monitor))
        time.sleep(0.3)
        flood(monitor, 100, 0)
        before = dropwatch.cpu_ns()
        lost = flood(monitor, count, rate)[0]
        return (dropwatch.cpu_ns() - before) / (count - lost), lost / count


def monitor_state(monitor):
    return [f"{key}={value}" for key, value in monitor.do("get").items()]


def of_bare(build, count, rate):
    with Monitor(build) as monitor, Process(
            [build / "tests/bench/recv_bare", GROUP, BUFFER], stdout=subprocess.PIPE,
            preload=build / "tests/netlink/libnetdm_shim.so") as bare:
        bare.popen.stdout.readline()
        before = bare.cpu_ns()
        lost = flood(monitor, count, rate)[0]
        return (bare.cpu_ns() - before) / (count - lost)


def measure(build, seconds, rounds):
    """Returns lists with the CPU time per event (ns) of each round: all our threads, the source thread,
    dropwatch (empty if it is not installed), the bare loop."""
    count = RATE * seconds
    ours, source, theirs, bare = [], [], [], []
    for _ in range(rounds):
        total, thread, _, _ = of_daemon(build, count, RATE)
        ours.append(total)
        source.append(thread)
        bare.append(of_bare(build, count, RATE))
        if shutil.which("dropwatch"):
            theirs.append(of_dropwatch(build, count, RATE)[0])
    return ours, source, theirs, bare


def measure_flood(build, seconds):
    """Returns the number of messages, the seconds needed, our tally, and the share that dropwatch lost."""
    count = FLOOD * seconds
    tally, took = of_daemon(build, count, FLOOD)[2:]
    lost = of_dropwatch(build, count, FLOOD)[1] if shutil.which("dropwatch") else None
    return count, took, tally, lost
