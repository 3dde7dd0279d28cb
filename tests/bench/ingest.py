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
    """Return: messages that sockets lost; seconds that it took."""
    before = settled()
    took = monitor.do(f"packets {count} rate={rate} {SHAPE}")["ns"] / 1e9
    return settled() - before, took


def of_daemon(build, count, rate):
    """CPU per event of all threads, of the source thread alone; what became of the messages, which
    took this many seconds."""
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
    """Debian's, without a change, printing each packet to /dev/null. It lives as long as its input."""

    def __init__(self, build):
        super().__init__(["dropwatch", "-l", "kas"], stdin=subprocess.PIPE,
                         preload=build / "tests/netlink/libnetdm_shim.so",
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in "set alertmode packet", "start":
            self.popen.stdin.write(command + "\n")
            self.popen.stdin.flush()
        wait_for("dropwatch", sockets)


def of_dropwatch(build, count, rate):
    """CPU per event, and the share of messages that were lost."""
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
    """CPU ns per event, round by round: of all our threads, of the source thread, of dropwatch (no
    round if it is not here), of the bare loop."""
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
    """Messages, seconds that they took, what became of each, dropwatch's loss."""
    count = FLOOD * seconds
    tally, took = of_daemon(build, count, FLOOD)[2:]
    lost = of_dropwatch(build, count, FLOOD)[1] if shutil.which("dropwatch") else None
    return count, took, tally, lost
