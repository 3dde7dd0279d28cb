#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Listen addresses: several, in use, invalid, and of unsupported families. usage: test_listen.py PROGRAM"""
import re
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from served import Answer, PROGRAM, Served, read_all


ROOT = Path(__file__).resolve().parents[2]


def refusal(*addresses):
    options = [x for address in addresses for x in ("-l", address)]
    done = subprocess.run([PROGRAM, *options], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=60)
    return done.returncode, done.stderr


class Listen(unittest.TestCase):
    def test_two_families_on_one_port(self):
        """The addresses that the shipped files recommend for access from other hosts."""
        with socket.socket() as s: # a free port
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        for path in "packaging/prometheus/scrape.yml", "conf/dropwatchd.yaml":
            example = re.search(r"[# ]listen: (\[.*(?:0\.0\.0\.0|\[::\]):.*\])", (ROOT / path).read_text())
            addresses = [a.replace("10059", str(port)) for a in re.findall(r'"([^"]+)"', example[1])]
            with Served(*(x for a in addresses for x in ("-l", a))) as served:
                self.assertEqual(served.addresses, [f"0.0.0.0:{port}", f"[::]:{port}"], path)
                for host in "127.0.0.1", "::1":
                    served.address = host, port
                    self.assertEqual(served.get("/-/healthy").code, 200)

    def test_address_in_use(self):
        with Served() as served:
            code, said = refusal("127.0.0.1:0", served.addresses[0])
            self.assertEqual(code, 1)
            self.assertTrue(said.startswith(f"cannot listen on {served.addresses[0]}: Address already in use"))
            self.assertEqual(said.count("\n"), 1)

    def test_a_restart_need_not_wait(self):
        with Served() as served:
            address = served.addresses[0]
            with served.connect() as s:
                s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                s.recv(1)
                served.stop() # our side closes first, so the connection stays in TIME_WAIT
        with Served("-l", address) as served:
            self.assertEqual(served.get("/-/healthy").code, 200)

    def test_wrong_addresses(self):
        port, numeric = "must end in a port", "does not begin with a numeric address"
        for address, words in (("localhost:1", numeric), ("127.0.0.1", port), ("::1:80", "in brackets: [::1]:80"),
                               ("[::1:80", numeric), (":80", numeric), ("127.0.0.1:x", port),
                               ("127.0.0.1:99999", port), ("127.0.0.1:65536", port), ("127.0.0.1:", port),
                               ("127.0.0.1:1x", port), ("192.0.2.1:0", "no network interface")):
            code, said = refusal(address)
            self.assertEqual(code, 1, address)
            self.assertIn(f"cannot listen on {address}: ", said)
            self.assertIn(words, said)

    def test_handed_over(self):
        with socket.create_server(("127.0.0.1", 0)) as a, socket.create_server(("127.0.0.1", 0)) as b:
            ports = [s.getsockname()[1] for s in (a, b)]
            fds = a.fileno(), b.fileno()
            with Served("-f", str(fds[0]), "-f", str(fds[1]), pass_fds=fds) as served:
                self.assertEqual(served.addresses, [f"127.0.0.1:{port}" for port in ports])
                for port in ports:
                    served.address = "127.0.0.1", port
                    self.assertEqual(served.get("/-/healthy").code, 200)

    def test_handed_over_unix_socket(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as s:
            s.bind(folder + "/http")
            s.listen()
            with Served("-f", str(s.fileno()), pass_fds=[s.fileno()]) as served, \
                    socket.socket(socket.AF_UNIX) as client:
                self.assertEqual(served.lines, [f"unix:{folder}/http"])
                client.connect(folder + "/http")
                client.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n")
                self.assertEqual(Answer(read_all(client)).code, 200)

    def test_handed_over_nonsense(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as idle:
            for s in udp, idle:
                done = subprocess.run([PROGRAM, "-f", str(s.fileno())], stdin=subprocess.DEVNULL,
                                      text=True, capture_output=True, timeout=60,
                                      pass_fds=[s.fileno()])
                self.assertEqual(done.returncode, 1)
                self.assertIn(f"file descriptor {s.fileno()} was passed", done.stderr)

    def test_without_ipv6(self):
        wrapper = ["unshare", "-Urn", "sh", "-c",
                   "ip link set lo up && echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6 && exec \"$@\"",
                   "sh"]
        if subprocess.run([*wrapper, "true"], capture_output=True).returncode:
            self.skipTest("no user and network namespaces")
        with Served("-l", "127.0.0.1:10059", "-l", "[::1]:10059", wrapper=wrapper) as served:
            self.assertEqual(served.addresses, ["127.0.0.1:10059"])
            self.assertTrue(served.lines[0].startswith("note: cannot listen on [::1]:10059: "))
        done = subprocess.run([*wrapper, PROGRAM, "-l", "[::1]:10059"], stdin=subprocess.DEVNULL,
                              text=True, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot listen on [::1]:10059", done.stderr)


if __name__ == "__main__":
    unittest.main()
