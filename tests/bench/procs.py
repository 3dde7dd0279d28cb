# SPDX-License-Identifier: GPL-2.0-or-later
"""Processes to measure, with their CPU time by thread and their memory; the test drop monitor."""
import os
import re
import signal
import subprocess
import time
from pathlib import Path

TICK_NS = 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def thread_ns(task):
    """CPU time of a thread: exact if the kernel has schedstats, otherwise in ticks of 10 ms."""
    try:
        return int((task / "schedstat").read_text().split()[0])
    except OSError:
        user, system = (task / "stat").read_text().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) * TICK_NS


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            value = condition()
            if value:
                return value
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"waited {seconds} s for {what}")


class Process:
    """A program that runs during a with block."""

    def __init__(self, argv, preload=None, **options):
        env = dict(os.environ, LC_ALL="C")
        if preload:
            env.update(LD_PRELOAD=str(preload), ASAN_OPTIONS="verify_asan_link_order=0")
        self.popen = subprocess.Popen([str(word) for word in argv], env=env, text=True, **options)
        self.proc = Path("/proc") / str(self.popen.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, number=signal.SIGTERM):
        if self.popen.poll() is None:
            self.popen.send_signal(number)
            try:
                self.popen.wait(10)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        return self.popen.wait()

    def threads_ns(self):
        """Returns {name of a thread: its CPU time}."""
        times = {}
        for task in (self.proc / "task").iterdir():
            name = (task / "comm").read_text().strip()
            times[name] = times.get(name, 0) + thread_ns(task)
        return times

    def cpu_ns(self):
        return sum(self.threads_ns().values())

    def wakeups(self):
        """Returns how often its threads went to sleep."""
        return sum(int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", (task / "status").read_text(),
                                 re.M)[1]) for task in (self.proc / "task").iterdir())

    def memory(self):
        """{"Rss": bytes, "Pss": …, "Pss_Anon": …, "Anonymous": …}"""
        text = (self.proc / "smaps_rollup").read_text()
        return {name: int(kb) * 1024 for name, kb in re.findall(r"(\w+): +(\d+) kB", text)}


class Monitor(Process):
    """tests/netlink/monitor.c"""

    def __init__(self, build):
        super().__init__([build / "tests/netlink/netdm_monitor"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE)
        self.popen.stdout.readline()

    def do(self, command):
        """{"messages": …, "ns": …} as the monitor says."""
        self.popen.stdin.write(command + "\n")
        self.popen.stdin.flush()
        answer = self.popen.stdout.readline()
        if not answer.startswith("ok"):
            raise RuntimeError(f"monitor: {command}: {answer}")
        return {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", answer)}


def sockets():
    """{netlink port of a NETLINK_USERSOCK socket in group 1: (bytes waiting, messages lost)}"""
    rows = (line.split() for line in Path("/proc/net/netlink").read_text().splitlines()[1:])
    return {int(row[2]): (int(row[4]), int(row[8])) for row in rows
            if row[1] == "2" and int(row[3], 16) & 1}


def settled():
    """Wait until all sockets are empty. Returns the number of messages that they lost."""
    wait_for("empty sockets", lambda: all(waiting == 0 for waiting, _ in sockets().values()))
    time.sleep(0.2)
    return sum(lost for _, lost in sockets().values())
