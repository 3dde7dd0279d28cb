#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Startup under unusual conditions, and signals during startup.

usage: start.py DROPWATCHD RECORDING EARLY

EARLY is DROPWATCHD with a signal during startup: see early.c.
"""
import os
import re
import resource
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import unittest
import urllib.request

PROGRAM, RECORDING, EARLY = sys.argv[1:4]
PATIENCE_S = 200  # 256 MiB of a recording, with ThreadSanitizer on a busy machine
REPLAY = ("--source", "replay:" + RECORDING)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Start(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = directory.name
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.settimeout(PATIENCE_S)
        self.manager.bind(self.path("notify"))
        self.listen = f"127.0.0.1:{free_port()}"

    def path(self, name):
        return os.path.join(self.directory, name)

    def configure(self, text):
        with open(self.path("config"), "w", encoding="utf-8") as f:
            f.write(text)
        return ("--config", self.path("config"))

    def start(self, *options, program=PROGRAM, env=None, **how):
        how.setdefault("stderr", subprocess.PIPE)
        process = subprocess.Popen(
            [program, "--web.listen-address", self.listen, *options], text=True,
            env={**os.environ, "NOTIFY_SOCKET": self.path("notify"), **(env or {})}, **how)
        self.addCleanup(self.kill, process)
        return process

    def kill(self, process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def receive_until(self, line):
        while line not in self.manager.recv(65536).decode().split("\n"):
            pass

    def refused(self, process, text):
        """It exits with status 1 and this message."""
        _, said = process.communicate(timeout=PATIENCE_S)
        self.assertEqual(process.returncode, 1, said)
        self.assertIn(text, said)
        return said

    def stopped(self, process):
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE_S), 0)
        self.receive_until("STOPPING=1")  # the last message, so that the next one is from the next program

    def test_closed_descriptors(self):
        """Log lines must not reach a file or socket that became descriptor 2."""
        for closed in ((0,), (1,), (2,), (0, 1, 2)):
            with self.subTest(closed=closed):
                self.listen = f"127.0.0.1:{free_port()}"
                process = self.start(*REPLAY, stderr=None,
                                     preexec_fn=lambda c=closed: [os.close(fd) for fd in c])
                self.receive_until("READY=1")
                for fd in closed:
                    self.assertEqual(os.readlink(f"/proc/{process.pid}/fd/{fd}"), "/dev/null")
                with urllib.request.urlopen(f"http://{self.listen}/metrics") as answer:
                    self.assertEqual(answer.status, 200)
                self.stopped(process)

    def test_invalid_listen_fds(self):
        """Invalid variables of socket activation are an error, and not ignored."""
        for variables in ({"LISTEN_FDS": "two"}, {"LISTEN_FDS": "-1"}, {"LISTEN_PID": "me"}):
            with self.subTest(variables):
                process = subprocess.Popen(
                    ["sh", "-c", ': "${LISTEN_PID:=$$}"; export LISTEN_PID; exec "$@"', "sh",
                     PROGRAM, *REPLAY, "--web.listen-address", self.listen], text=True,
                    stderr=subprocess.PIPE, env={**os.environ, "LISTEN_FDS": "1", **variables})
                self.addCleanup(self.kill, process)
                said = self.refused(process, "LISTEN_FDS")
                self.assertEqual(said.count("\n"), 1, said)

    def test_hung_up_at_once(self):
        """SIGHUP during startup: the reload follows the start."""
        process = self.start(*REPLAY, program=EARLY, env={"EARLY": "SIGHUP"})
        self.receive_until("READY=1")
        self.receive_until("RELOADING=1")
        self.stopped(process)

    def test_hung_up_before_main(self):
        """The program cannot protect itself while it is loaded, but its parent can: by blocking SIGHUP."""
        def block_and_hang_up():
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
            os.kill(os.getpid(), signal.SIGHUP)  # stays pending across exec

        process = self.start(*REPLAY, preexec_fn=block_and_hang_up)
        self.receive_until("READY=1")
        self.receive_until("RELOADING=1")
        self.stopped(process)

    def test_no_regular_file(self):
        """What would block or never end is refused, as a configuration and as a recording."""
        os.mkfifo(self.path("fifo"))
        with open(self.path("sparse"), "wb") as f:
            f.truncate(50 << 30)
        for name in (self.path("fifo"), "/dev/zero", self.directory):
            for option in ("--config", name), ("--source", "replay:" + name):
                with self.subTest(option):
                    self.refused(self.start(*option), f"{name}: not a regular file")
        self.refused(self.start("--config", self.path("sparse")), "larger than 65536 bytes")
        self.refused(self.start("--source", "replay:" + self.path("sparse")), "no pcap file")

    def test_terminated_at_once(self):
        """SIGTERM before files that would block are opened."""
        os.mkfifo(self.path("fifo"))
        with open(self.path("sparse"), "wb") as f:
            f.truncate(50 << 30)
        for name in ("fifo", "sparse"):
            with self.subTest(name):
                config = self.configure(f'symbols:\n  kallsyms: "{self.path(name)}"\n')
                process = self.start(*config, *REPLAY, program=EARLY, env={"EARLY": "SIGTERM"})
                self.assertEqual(process.wait(PATIENCE_S), 0)
                self.assertIn("stopping", process.stderr.read())

    def test_no_table_of_symbols(self):
        """With any file as the symbol table the daemon starts, and logs what is wrong."""
        os.mkfifo(self.path("fifo"))
        with open(self.path("sparse"), "wb") as f:
            f.truncate(50 << 30)
        for name, why in ((self.path("fifo"), "not a regular file"),
                          ("/dev/zero", "not a regular file"),
                          (self.directory, "not a regular file"),
                          (self.path("missing"), "No such file"),
                          (self.path("sparse"), "larger than")):
            with self.subTest(name):
                config = self.configure(f'symbols:\n  kallsyms: "{name}"\n')
                process = self.start(*config, *REPLAY)
                self.receive_until("READY=1")
                self.stopped(process)
                said = process.stderr.read()
                self.assertRegex(said, f"{name}: .*{why}")

    def test_endless_recording(self):
        """The search for the number of NET_DM in a recording is limited."""
        with open(self.path("sparse"), "wb") as f:
            f.write(struct.pack("=IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 253))
            f.truncate(50 << 30)
        self.refused(self.start("--source", "replay:" + self.path("sparse")), "NET_DM")
        shutil.copy(RECORDING, self.path("known"))
        with open(self.path("known"), "r+b") as f:
            f.truncate(50 << 30)
        process = self.start("--source", "replay:" + self.path("known"))
        self.receive_until("READY=1")
        self.stopped(process)

    def test_one_line(self):
        """A service manager retries, so each failure is one line in the journal."""
        broken = self.configure("ring:\n  capacity: 7\nlog:\n  level: loud\nno_such_key: 1\n")
        for options, text in (((*broken, *REPLAY), "config:2:13: ring.capacity: "),
                              (("--source", "replay:/nowhere/at/all.pcap"), "/nowhere/at/all.pcap"),
                              (("--config", self.path("missing")), "No such file")):
            for journal in ({}, {"JOURNAL_STREAM": "1:2"}):
                with self.subTest(options=options, journal=journal):
                    said = self.refused(self.start(*options, env=journal), text)
                    self.assertEqual(said.count("\n"), 1, said)
                    self.assertTrue(said.startswith("<3>" if journal else "dropwatchd: error: "))
        said = self.refused(self.start(*broken), "2 more")
        self.assertIn("--check-config", said)

    def test_without_a_loopback_address(self):
        """A host can lack one of the default addresses. Without both the start fails."""
        addresses = {"127.0.0.1": "http://127.0.0.1:10059", "::1": "http://[::1]:10059"}
        setup = 'ip link set lo up && for a in $1; do ip address del $a dev lo || exit 77; done'
        probe = subprocess.run(["unshare", "--net", "sh", "-c", setup, "sh", "127.0.0.1/8 ::1/128"],
                               stderr=subprocess.PIPE, text=True, check=False)
        if probe.returncode:
            self.skipTest(f"requires root and IPv6 on lo: {probe.stderr.strip()}")
        for missing in (("127.0.0.1/8",), ("::1/128",), ("127.0.0.1/8", "::1/128")):
            with self.subTest(missing=missing):
                process = subprocess.Popen(
                    ["unshare", "--net", "sh", "-c", setup + '; shift; exec "$@"', "sh",
                     " ".join(missing), PROGRAM, *self.configure(""), *REPLAY], text=True,
                    stderr=subprocess.PIPE,
                    env={**os.environ, "NOTIFY_SOCKET": self.path("notify")})
                self.addCleanup(self.kill, process)
                if len(missing) == 2:
                    self.refused(process, "cannot listen on ")
                    continue
                self.receive_until("READY=1")
                self.stopped(process)
                said = process.stderr.read()
                for address, url in addresses.items():
                    gone = missing[0].split("/")[0] == address
                    self.assertEqual(f"serving {url}" in said, not gone, said)
                self.assertRegex(said, f"warning: .*{re.escape(missing[0].split('/')[0])}.*without it")

    def test_file_name(self):
        """File names are escaped in messages."""
        name = self.path("a\u202e\x1b[2J\x9b.yaml")
        shown = self.path(r"a\xe2\x80\xae\x1b[2J\xc2\x9b.yaml")
        for text, said in (("log: { level: loud }\n", shown + ":1:15: log.level"),
                           ("", shown + ": valid"), (None, shown + ": No such file")):
            with self.subTest(said):
                if text is None:
                    os.unlink(name)
                else:
                    with open(name, "w", encoding="utf-8") as f:
                        f.write(text)
                checked = subprocess.run([PROGRAM, "--check-config", "--config", name], text=True,
                                         capture_output=True, check=False)
                self.assertTrue((checked.stdout + checked.stderr).startswith(said),
                                checked.stdout + checked.stderr)
        self.refused(self.start("--config", name), shown)

    def test_help(self):
        said = {option: subprocess.run([PROGRAM, option], capture_output=True, text=True, check=True)
                .stdout for option in ("-h", "--help")}
        self.assertTrue(said["-h"].startswith("Usage: dropwatchd "), said["-h"])
        self.assertEqual(said["-h"], said["--help"])

    def test_print_config(self):
        """The effective configuration: defaults, file, options; it can be loaded and is printed in the same way."""
        config = self.configure("log: { level: error }\nseries: { windows: [1d] }\n")
        wrong = subprocess.run([PROGRAM, "--print-config", *config], capture_output=True, text=True, check=False)
        self.assertEqual((wrong.returncode, wrong.stdout), (1, ""))
        self.assertIn("config:2:21: series.windows: must be at most 3600 s\n", wrong.stderr)
        config = self.configure("log: { level: error }\nseries: { windows: [60s] }\n")
        printed = []
        for _ in range(2):
            done = subprocess.run([PROGRAM, "--print-config", *config, "--log.level", "debug"],
                                  capture_output=True, text=True, check=True)
            self.assertEqual(done.stderr, "")
            printed.append(done.stdout)
            config = self.configure(done.stdout)
        self.assertEqual(printed[0], printed[1])
        for line in "  level: debug  # live", "  windows: [1m]  # restart", "  limit: 10000  # restart":
            self.assertIn(line + "\n", printed[0])
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([PROGRAM, "--print-config", *config], stdout=full, stderr=subprocess.PIPE,
                                  text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left on device", done.stderr)

    def test_revision(self):
        """A scrape shows the same version and revision as --version."""
        said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
        found = re.fullmatch(r"dropwatchd (\S+) \(revision (\S+)\)\n", said)
        self.assertTrue(found, said)
        process = self.start(*REPLAY)
        self.receive_until("READY=1")
        with urllib.request.urlopen(f"http://{self.listen}/metrics") as answer:
            text = answer.read().decode()
        version, revision = found.groups()
        self.assertIn(f'dropwatchd_build_info{{version="{version}",revision="{revision}"}} 1\n', text)
        self.stopped(process)

    def test_never_silent(self):
        """With little memory, every exit with status 1 has a message."""
        with open(PROGRAM, "rb") as f:
            if re.search(b"__[at]san_init", f.read()):
                self.skipTest("sanitizers require more memory")
        # From what the loader needs to less than the ring takes, so that it always exits.
        reached = 0
        for size in range(512 << 10, 2 << 20, 8 << 10):
            process = self.start(*REPLAY, preexec_fn=lambda size=size: resource.setrlimit(
                resource.RLIMIT_DATA, (size, size)))
            _, said = process.communicate(timeout=PATIENCE_S)
            if process.returncode == 1:
                reached += 1
                self.assertRegex(said, "(?m)^dropwatchd: error: [^\n]+$", f"with {size} bytes")
            else:
                self.assertNotEqual(process.returncode, 0, said)
        self.assertGreater(reached, 20)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
