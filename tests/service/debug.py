#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines that log.level: debug adds to the log, and that the default omits.

usage: debug.py DROPWATCHD RECORDING
"""
import re
import signal
import socket
import subprocess
import sys
import time
import unittest
import urllib.parse

from notify import PATIENCE_S, PROGRAM, RECORDING, Manager

DEBUG = "log: { level: debug }\n"
RULES = """
alerts:
  - { name: at-once, raise: 1, unit: count }
  - { name: later, raise: 1, unit: count, for: 1h }
  - { name: going, raise: 1000000 }
"""
OTHER_RULES = """
series: { tick: 500ms }
classes: { shipped: false }
alerts:
  - { name: later, raise: 1, unit: count, for: 1h }
  - { name: at-once, raise: 2, unit: count }
  - { name: coming, raise: 1000000 }
"""


# A device gets another name while its drops are counted. $1: the program.
RENAME = r"""
wait_for() { i=0; until eval "$1"; do i=$((i + 1)); [ $i -lt 600 ] || exit 1; sleep 0.1; done; }
ip link set lo up || exit 77
"$1" --source tracepoint --log.level debug --web.listen-address 127.0.0.1:10059 2>&1 &
daemon=$!
wait_for 'curl -fs 127.0.0.1:10059/-/ready >/dev/null || ! kill -0 $daemon'
kill -0 $daemon || exit 77
bash -c 'for _ in 1 2 3; do echo x >/dev/udp/127.0.0.1/9; done'
wait_for 'curl -fs 127.0.0.1:10059/metrics | grep -q device=.lo.'
ip link set lo down && ip link set lo name lo7 && ip link set lo7 up
bash -c 'for _ in 1 2 3; do echo x >/dev/udp/127.0.0.1/9; done'
wait_for 'curl -fs 127.0.0.1:10059/metrics | grep -q device=.lo7.'
kill $daemon; wait $daemon
"""


class Debug(unittest.TestCase):
    def start(self, config, *options):
        manager = Manager(*(options or ("--source", "replay:" + RECORDING)), config=config)
        self.addCleanup(manager.close)
        manager.receive_until(lambda got: "READY" in got)
        return manager

    def said(self, manager, pattern):
        """Wait for this line."""
        end = time.monotonic() + PATIENCE_S
        while not re.search(f"^dropwatchd: debug: {pattern}$", manager.log, re.M):
            self.assertLess(time.monotonic(), end, f"never: {pattern}\n{manager.log}")
            time.sleep(0.05)

    def stopped(self, manager):
        manager.process.send_signal(signal.SIGTERM)
        self.assertEqual(manager.wait(), 0)

    def test_start(self):
        manager = self.start(DEBUG + RULES)
        for pattern in (f"configuration: {re.escape(manager.config.name)}",
                        "configuration: log.level: debug instead of info",
                        'configuration: web.listen: .*:0"\\] instead of .*',
                        "configuration: alerts: later is new", "watchdog: a ping every 2.0 s",
                        "opened: replay.*", r"opening took [\d.]+ ms", "capabilities kept: none",
                        r"symbols: read in [\d.]+ ms"):
            self.said(manager, pattern)
        self.assertNotIn("series.limit", manager.log)

    def test_default(self):
        manager = self.start(RULES)
        self.stopped(manager)
        self.assertIn("serving", manager.log)
        self.assertNotIn("debug", manager.log)

    def test_alerts(self):
        """Each state of a rule is logged once."""
        manager = self.start(DEBUG + RULES)
        self.said(manager, "alert at-once: raised")
        self.said(manager, "alert later: pending")
        self.stopped(manager)
        self.assertEqual(len(re.findall("debug: alert ", manager.log)), 2, manager.log)

    def test_reload(self):
        """The differences to the previous configuration, and nothing else."""
        manager = self.start(DEBUG + RULES)
        for text in (DEBUG + OTHER_RULES, DEBUG + OTHER_RULES):
            manager.configure(text)
            manager.process.send_signal(signal.SIGHUP)
            manager.receive_until(lambda got: "RELOADING" in got)
            manager.receive_until(lambda got: "READY" in got)
        self.stopped(manager)
        changes = manager.log.split("is in force\n")[1:]
        self.assertEqual(len(changes), 2)
        lines = re.findall("debug: configuration: (.*)", changes[0])
        self.assertEqual(lines.pop(0), "classes.shipped: false instead of true")
        self.assertRegex(lines.pop(0), r"classes: 0 rules instead of \d+, different from rule 1 on")
        self.assertEqual(lines, ["alerts: at-once has changed", "alerts: coming is new",
                                "alerts: going is gone"])
        self.assertNotIn("debug: configuration", changes[1])

    def test_slow_scrape(self):
        """A client requests more than the socket buffers hold, and does not read for some time."""
        manager = self.start(DEBUG)
        url = urllib.parse.urlsplit(manager.url)
        request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            s.connect((url.hostname, url.port))
            s.sendall(100 * request)
            time.sleep(1)
            s.sendall(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            while s.recv(65536):
                pass
        self.said(manager, r"slow scrape: the answer was sent after [\d.]+ s; "
                           r"making it took [\d.]+ ms")

    def test_devices(self):
        try:
            done = subprocess.run(["unshare", "--net", "sh", "-c", RENAME, "sh", PROGRAM], text=True,
                                  timeout=5 * PATIENCE_S, capture_output=True, check=False)
        except FileNotFoundError as e:
            self.skipTest(e)
        if done.returncode == 77 or "unshare" in done.stderr:
            self.skipTest(f"no tracepoint here, or not root: {done.stdout} {done.stderr}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for line in ("opened: tracepoint", "opened: listener", "capabilities kept: ",
                     "devices: a known device may have another name now"):
            self.assertIn("debug: " + line, done.stdout)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
