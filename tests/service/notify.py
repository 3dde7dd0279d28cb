#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of the daemon to its service manager, from READY to STOPPING.

usage: notify.py DROPWATCHD RECORDING

The test acts as the service manager: it reads NOTIFY_SOCKET and enables the watchdog.
"""
import os
import re
import signal
import socket
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
from daemon import PATIENCE_S, Daemon  # noqa: E402

PROGRAM, RECORDING = sys.argv[1:3]
WATCHDOG_USEC = 4000000
FAILED = "; the last reload failed, the previous configuration is in force"
STATUS = r"replay[^:]*: \d+ drops in \d+ series, 0 packets lost"


def monotonic_usec():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000


class Manager(Daemon):
    """A service manager that has started the daemon."""

    def __init__(self, *options, config=""):
        self.directory = tempfile.TemporaryDirectory()
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.settimeout(PATIENCE_S)
        self.socket.bind(os.path.join(self.directory.name, "notify"))
        # Only the child knows its process ID.
        super().__init__(PROGRAM, *options, config=config,
                         wrapper=["sh", "-c", 'WATCHDOG_PID=$$ exec "$@"', "sh"],
                         env={"NOTIFY_SOCKET": self.socket.getsockname(), "WATCHDOG_USEC": str(WATCHDOG_USEC)})

    def receive(self):
        """The next datagram: {name: value}"""
        text = self.socket.recv(65536).decode()
        lines = text.removesuffix("\n").split("\n")
        for line in lines:
            if not re.fullmatch(r"[A-Z_]+=.+", line):
                raise AssertionError(f"no assignment: {line!r} in {text!r}")
        return dict(line.split("=", 1) for line in lines)

    def receive_until(self, wanted):
        """The first datagram for which wanted(it) holds, and those before it."""
        before, end = [], time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            got = self.receive()
            if wanted(got):
                return got, before
            before.append(got)
        raise AssertionError(f"never; got {before[-5:]}\n{self.log}")

    def code_of(self, path):
        try:
            with urllib.request.urlopen(self.url + path, timeout=PATIENCE_S) as answer:
                return answer.status
        except urllib.error.HTTPError as e:
            return e.code

    def rest(self):
        """The remaining messages after the exit."""
        self.socket.setblocking(False)
        got = []
        try:
            while True:
                got.append(self.receive())
        except BlockingIOError:
            return got

    def close(self):
        self.socket.close()
        if self.process.poll() is None:
            self.stop()
        else:
            self.kill()
        self.directory.cleanup()


class Notify(unittest.TestCase):
    def start(self, *options, config=""):
        manager = Manager(*options, config=config)
        self.addCleanup(manager.close)
        return manager

    def ready(self):
        """A daemon that has just sent READY, and this message."""
        manager = self.start("--source", "replay:" + RECORDING)
        got = manager.receive()
        self.assertEqual(got.get("READY"), "1", "nothing comes before READY")
        return manager, got

    def test_ready(self):
        manager, got = self.ready()
        self.assertEqual(manager.code_of("/-/ready"), 200)
        self.assertEqual(manager.code_of("/metrics"), 200)
        self.assertRegex(got["STATUS"], f"^{STATUS}$")

    def test_status(self):
        """The status is one line with the numbers of a scrape."""
        manager, _ = self.ready()
        with open(RECORDING.removesuffix(".pcap") + ".prom", encoding="utf-8") as f:
            text = f.read()
        # The expected scrape has in_device, which is off by default.
        rows = re.findall(r"^dropwatch_drops_total(\S*) (\d+)$", re.sub(r'in_device="[^"]*",', "", text), re.M)
        drops, series = sum(int(n) for _, n in rows), len({labels for labels, _ in rows})
        wanted = f": {drops} drops in {series} series, 0 packets lost"
        got, before = manager.receive_until(lambda got: wanted in got.get("STATUS", ""))
        for one in [*before, got]:
            if "STATUS" in one:
                self.assertRegex(one["STATUS"], f"^{STATUS}$")

    def test_watchdog(self):
        """Pings continue after the end of the recording."""
        manager, _ = self.ready()
        for _ in range(3):
            got, _ = manager.receive_until(lambda got: "WATCHDOG" in got)
            self.assertEqual(got, {"WATCHDOG": "1"})

    def reload(self, manager, text, failed=""):
        """SIGHUP with this file: RELOADING with its time, followed by READY. The status shows a failed
        reload until one succeeds."""
        manager.configure(text)
        before = monotonic_usec()
        manager.process.send_signal(signal.SIGHUP)
        got, _ = manager.receive_until(lambda got: "READY" in got or "RELOADING" in got)
        self.assertEqual(got.get("RELOADING"), "1")
        self.assertGreaterEqual(int(got["MONOTONIC_USEC"]), before)
        self.assertLessEqual(int(got["MONOTONIC_USEC"]), monotonic_usec())
        self.assertIn("STATUS", got)
        got = manager.receive()
        self.assertEqual(got.get("READY"), "1")
        self.assertRegex(got["STATUS"], f"^{STATUS}{failed}$")
        self.assertEqual(manager.code_of("/-/ready"), 200)

    def said(self, manager, text):
        """Wait for this text in the log."""
        end = time.monotonic() + PATIENCE_S
        while text not in manager.log:
            self.assertLess(time.monotonic(), end, f"never: {text}\n{manager.log}")
            time.sleep(0.05)

    def test_reload(self):
        manager, _ = self.ready()
        self.reload(manager, "log:\n  level: debug\n")
        self.said(manager, f"reload: {manager.config.name} is in force")
        self.assertNotIn("cannot reload", manager.log)
        self.reload(manager, "alerts: [ nonsense\n", FAILED)
        self.said(manager, "cannot reload:")
        self.said(manager, "keeping the running configuration")
        self.assertRegex(manager.log, re.escape(manager.config.name) + r":\d+:\d+: ")
        self.reload(manager, "")

    def test_blind_rules(self):
        """A warning names each rule that matches an omitted label, at startup and on reload."""
        config = "series: { labels: [symbol] }\nalerts:\n"
        rule = "  - {{ name: {}, raise: 1, match: {{ {}: x }} }}\n"
        manager = self.start("--source", "replay:" + RECORDING,
                             config=config + rule.format("first", "reason"))
        self.assertEqual(manager.receive().get("READY"), "1")
        self.said(manager, "alert first matches the label reason, which series.labels omits")
        # The labels in force count: they require a restart.
        self.reload(manager, "alerts:\n" + rule.format("second", "device"))
        self.said(manager, "alert second matches the label device, which series.labels omits")

    def test_stopping(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number.name):
                manager, _ = self.ready()
                manager.process.send_signal(number)
                got, before = manager.receive_until(lambda got: "STOPPING" in got)
                self.assertEqual(got["STOPPING"], "1")
                self.assertFalse([one for one in before if "READY" in one])
                self.assertEqual(manager.wait(), 0)
                self.assertEqual(manager.rest(), [], "STOPPING is the last message")

    def assert_never_ready(self, manager):
        self.assertEqual(manager.wait(), 1)
        self.assertEqual([one for one in manager.rest() if "READY" in one], [])

    def test_not_ready_without_source(self):
        self.assert_never_ready(self.start("--source", "replay:/nowhere/at/all.pcap"))

    def test_not_ready_without_address(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            self.assert_never_ready(self.start("--source", "replay:" + RECORDING,
                                               "--web.listen-address",
                                               f"127.0.0.1:{taken.getsockname()[1]}"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
