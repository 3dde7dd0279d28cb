#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the daemon does when a call fails, or when it is given what it cannot use.

usage: faults.py DROPWATCHD RECORDING FAULTS

The third program is the first one with a call that fails: see faults.c.
"""
import os
import signal
import socket
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from daemon import PATIENCE_S, Daemon  # noqa: E402

PROGRAM, RECORDING, FAULTS = sys.argv[1:4]
REPLAY = ("--source", "replay:" + RECORDING)
WATCHDOG_USEC = 1000000
SOCKETS_MAX = 8  # CONFIG_LISTEN_MAX
RELOADS = 600  # more than there are allocations in one


class Manager:
    """Its end of NOTIFY_SOCKET."""

    def __init__(self):
        self.directory = tempfile.TemporaryDirectory()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(os.path.join(self.directory.name, "notify"))
        self.env = {"NOTIFY_SOCKET": self.socket.getsockname()}

    def hear(self):
        """The next message, None if there is none for a long time."""
        self.socket.settimeout(PATIENCE_S)
        try:
            return self.socket.recv(65536).decode().split("\n")
        except TimeoutError:
            return None

    def rest(self):
        """All messages that are there now."""
        self.socket.setblocking(False)
        try:
            while True:
                yield self.socket.recv(65536).decode().split("\n")
        except BlockingIOError:
            pass

    def close(self):
        self.socket.close()
        self.directory.cleanup()


class Faults(unittest.TestCase):
    def setUp(self):
        self.manager = Manager()
        self.addCleanup(self.manager.close)

    def start(self, fault=None, *options, config="", program=FAULTS, env=None, **popen):
        env = {**self.manager.env, **({"FAULT": fault} if fault else {}), **(env or {})}
        daemon = Daemon(program, *(options or REPLAY), config=config, env=env, **popen)
        self.addCleanup(self.end, daemon)
        return daemon

    def end(self, daemon):
        if daemon.process.poll() is None:
            daemon.kill()

    def hear_until(self, daemon, text):
        while True:
            heard = self.manager.hear()
            self.assertIsNotNone(heard, daemon.log)
            if text in heard:
                return

    def said(self, daemon, text):
        end = time.monotonic() + PATIENCE_S
        while text not in daemon.log:
            self.assertLess(time.monotonic(), end, f"never: {text}\n{daemon.log}")
            time.sleep(0.05)

    def refused(self, daemon, text):
        """It exits with status 1, says why, and was never ready."""
        self.assertEqual(daemon.wait(), 1, daemon.log)
        self.assertIn(text, daemon.log)
        self.assertNotIn(["READY=1"], [heard[:1] for heard in self.manager.rest()])

    def test_call(self):
        """Each call that the start depends on."""
        calls = {"sd_event_new:1": "event loop: ", "sd_event_add_signal:1": "event loop: ",
                 "sd_event_add_signal:2": "event loop: ", "sd_event_add_signal:3": "event loop: ",
                 "sd_event_add_io:1": "event loop: No space left on device",
                 "sd_event_add_time_relative:1": "event loop: ",
                 "eventfd:1": "daemon: eventfd: ", "eventfd:2": "eventfd: ",
                 "eventfd:3": "replay: no file descriptor to wait on: ", "eventfd:4": "source thread: eventfd: ",
                 "pthread_create:1": "aggregator: cannot start its thread: ",
                 "pthread_create:2": "start the http thread: ", "pthread_create:3": "source thread: ",
                 "no_new_privs:1": "cannot set no_new_privs: "}
        for call, text in calls.items():
            with self.subTest(call):
                daemon = self.start(call, env={"WATCHDOG_USEC": str(WATCHDOG_USEC)})
                self.refused(daemon, text)

    def test_memory(self):
        """Whichever allocation fails, it is ready without it or says that there is none."""
        n, failed = 0, True
        while failed:
            n += 1
            daemon = self.start(f"memory:{n}")
            if daemon.found.wait(PATIENCE_S) and daemon.address:
                self.hear_until(daemon, "READY=1")
                daemon.stop()
            else:
                self.refused(daemon, "emory")
            failed = "FAULT\n" in daemon.log
            list(self.manager.rest())
        self.assertGreater(n, 20, "allocations that were made to fail")

    def test_event_loop(self):
        daemon = self.start("sd_event_loop:1")
        self.assertEqual(daemon.wait(), 1)
        self.assertIn("event loop: Input/output error", daemon.log)

    def test_reload_without_memory(self):
        """Whichever allocation fails: READY follows, and the configuration in force stays or changes."""
        daemon = self.start("reload", config="ring:\n  capacity: 1024\n")
        daemon.wait_until_serving()
        for n in range(RELOADS):
            daemon.configure(f"ring:\n  capacity: {2048 << n % 2}\n")
            daemon.process.send_signal(signal.SIGHUP)
            self.hear_until(daemon, "RELOADING=1")
            self.hear_until(daemon, "READY=1")
        self.assertIn("cannot reload:\n", daemon.log.replace("dropwatchd: error: ", ""))
        self.assertIn("out of memory", daemon.log)
        self.assertIn("ring.capacity needs a restart", daemon.log)
        self.assertLess(daemon.log.count("reload"), 100, "the log is flooded")
        self.assertEqual(daemon.get("/-/ready"), "ready\n")
        daemon.stop()
        self.assertLess(daemon.log.count("FAULT"), RELOADS - 1, "allocations that were not made to fail")

    def test_broken_file(self):
        """Many times in a row: each is followed by READY, and the log is not flooded."""
        daemon = self.start(program=PROGRAM)
        daemon.wait_until_serving()
        daemon.configure("nonsense\n")
        for _ in range(30):
            daemon.process.send_signal(signal.SIGHUP)
            self.hear_until(daemon, "RELOADING=1")
            self.hear_until(daemon, "READY=1")
        self.said(daemon, "keeping the running configuration")
        self.assertLess(daemon.log.count("cannot reload"), 30)
        self.assertIn("dropwatchd_config_last_reload_successful 0", daemon.get())
        daemon.configure("ring:\n  capacity: 4096\n")
        daemon.process.send_signal(signal.SIGHUP)
        self.hear_until(daemon, "READY=1")
        self.assertIn("dropwatchd_config_last_reload_successful 1", daemon.get())
        daemon.stop()
        self.assertNotIn("ring.capacity", daemon.log)

    def test_stuck_thread(self):
        """One that hangs is named, and the service manager is not pinged."""
        daemon = self.start("stuck", env={"WATCHDOG_USEC": str(WATCHDOG_USEC)})
        host, port = daemon.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))):
            self.said(daemon, "the http thread makes no progress; the watchdog is not pinged")
        daemon.kill()

    def listening(self):
        listening = socket.socket()
        self.addCleanup(listening.close)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        return listening

    def hand_over(self, n):
        """A daemon that gets n sockets, beginning with number 3."""
        passed = [self.listening() for _ in range(n)]

        def put_in_place():
            copies = [os.dup2(one.fileno(), 100 + i) for i, one in enumerate(passed)]
            for i, copy in enumerate(copies):
                os.dup2(copy, 3 + i)

        daemon = self.start(program=PROGRAM, close_fds=False, preexec_fn=put_in_place,
                            wrapper=["sh", "-c", 'LISTEN_PID=$$ exec "$@"', "sh"],
                            env={"LISTEN_FDS": str(n)})
        return passed, daemon

    def test_sockets_of_the_service_manager(self):
        passed, daemon = self.hand_over(2)
        daemon.wait_until_serving()
        for one in passed:
            self.said(daemon, f"serving http://127.0.0.1:{one.getsockname()[1]}/metrics")
        self.assertEqual(daemon.get("/-/healthy"), "healthy\n")
        daemon.stop()

    def test_too_many_sockets(self):
        _, daemon = self.hand_over(SOCKETS_MAX + 1)
        self.refused(daemon, f"passed {SOCKETS_MAX + 1} sockets, but at most {SOCKETS_MAX}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
