#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A ledger thread that hangs delays nothing: neither counts, scrapes, reloads nor the exit.

usage: in-namespace stuck.py STUCK MONITOR SHIM

The first program is dropwatchd with a reading that never returns: see stuck.c.
"""
import os
import signal
import socket
import sys
import tempfile

from harness import PATIENCE_S, check, monitor_and_daemon, run_cases

WATCHDOG_USEC = 1000000
PINGS = 10  # 5 seconds: the watchdog would end a daemon that hangs


class Manager:
    """The service manager's end of NOTIFY_SOCKET."""

    def __init__(self, directory):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.settimeout(PATIENCE_S)
        self.socket.bind(os.path.join(directory, "notify"))

    def hear(self, text, daemon):
        """Wait for this message."""
        while True:
            try:
                if text in self.socket.recv(65536).decode().split("\n"):
                    return
            except TimeoutError:
                check(False, f"never: {text}\n{daemon.log}")


def stuck(programs):
    with tempfile.TemporaryDirectory() as directory:
        manager = Manager(directory)
        env = {"NOTIFY_SOCKET": manager.socket.getsockname(), "WATCHDOG_USEC": str(WATCHDOG_USEC)}
        with monitor_and_daemon(programs, manager_env=env) as (monitor, daemon):
            manager.hear("READY=1", daemon)
            for _ in range(PINGS):
                manager.hear("WATCHDOG=1", daemon)
            monitor.do("packets 100")
            check(daemon.settled(100)[0] == 100, "not all was counted")
            check("\ndropwatchd_ledger_readings_total 0\n" in daemon.get(), "there is a reading")
            daemon.process.send_signal(signal.SIGHUP)
            manager.hear("RELOADING=1", daemon)
            manager.hear("READY=1", daemon)
            manager.hear("WATCHDOG=1", daemon)
            daemon.get("/")
            daemon.stop()
            check("makes no progress" not in daemon.log, daemon.log)
            check("it is left alone" in daemon.log, daemon.log)


if __name__ == "__main__":
    sys.exit(run_cases(__file__, {"stuck": stuck}, sys.argv[1:]))
