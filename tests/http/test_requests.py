#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The answer to each request. usage: test_requests.py PROGRAM"""
import shutil
import subprocess
import unittest

from served import IS_STRICT, Answer, Served, read_all


class Routes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.served = Served().__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.served.stop()

    def test_paths(self):
        for path, code, kind in (
                ("/", 200, "text/html; charset=utf-8"),
                ("/metrics", 200, "text/plain; version=0.0.4; charset=utf-8"),
                ("/metrics?x=1", 200, "text/plain; version=0.0.4; charset=utf-8"),
                ("/style.css", 200, "text/css; charset=utf-8"),
                ("/page.js", 200, "text/javascript; charset=utf-8"),
                ("/-/healthy", 200, "text/plain; charset=utf-8"),
                ("/-/ready", 200, "text/plain; charset=utf-8"),
                ("/metrics/", 404, "text/plain; charset=utf-8"),
                ("/../metrics", 404, "text/plain; charset=utf-8"),
                ("/-/", 404, "text/plain; charset=utf-8"),
                ("/favicon.ico", 404, "text/plain; charset=utf-8"),
                ("http://localhost:10059/metrics?x=1", 200, "text/plain; version=0.0.4; charset=utf-8"),
                ("HTTP://127.0.0.1", 200, "text/html; charset=utf-8"),
                ("http://localhost/metric", 404, "text/plain; charset=utf-8"),
                ("https://localhost/metrics", 404, "text/plain; charset=utf-8"),
                ("*", 404, "text/plain; charset=utf-8")):
            with self.subTest(path=path):
                answer = self.served.get(path)
                self.assertEqual((answer.code, answer.headers["content-type"]), (code, kind))
                self.assertEqual(int(answer.headers["content-length"]), len(answer.body.encode()))
                self.assertEqual(answer.headers["x-content-type-options"], "nosniff")
                self.assertIn("default-src 'none'", answer.headers["content-security-policy"])

    def test_head(self):
        for path, code in ("/metrics", 200), ("/", 200), ("/-/ready", 200), ("/no", 404):
            answer = self.served.get(path, method="HEAD")
            self.assertEqual((answer.code, answer.body), (code, ""))
            self.assertGreater(int(answer.headers["content-length"]), 0)

    def test_other_methods(self):
        for method in "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "X":
            for path in "/metrics", "/no":
                answer = self.served.get(path, method=method)
                self.assertEqual((answer.code, answer.headers["allow"]), (405, "GET, HEAD"))

    def test_refused(self):
        host = b"Host: localhost\r\n"
        for head in (b"",                                           # no Host
                     host + host,
                     b"Host: localhost\r\nhost: evil.example\r\n",
                     host + b"Content-Length: 5\r\n",
                     host + b"Content-Length: 0\r\nContent-Length: 0\r\n",
                     host + b"Content-Length: 0\r\nContent-Length: 5\r\n",
                     host + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                     host + b"Transfer-Encoding: chunked\r\n",
                     host + b"Content-Length: x\r\n",
                     host + b"Content-Length: -1\r\n"):
            with self.subTest(head=head):
                # The server closes the connection, so what follows is not read as a request.
                got = self.served.raw(b"GET /metrics HTTP/1.1\r\n" + head + b"\r\n"
                                      b"GET /-/healthy HTTP/1.1\r\n" + host + b"\r\n")
                self.assertEqual(Answer(got).code, 400)
                self.assertNotIn(b"healthy", got)

    def test_broken_heads(self):
        host = b"Host: localhost\r\n"
        for target, head in ((b"/-/healthy", b"Host: localhost\0.evil.example\r\n"),
                             (b"/-/healthy", b"Host: localhost\0.evil.example\r\nX: y\r\n"),
                             (b"/-/healthy", host + b"X: y\0z\r\n"),
                             (b"/-/healthy\0", host),
                             (b"/-/healthy\0x", host),
                             (b"/-/healthy%00x", host),
                             (b"/-/healthy?a=%00", host),
                             (b"/-/healthy", host + b": y\r\n"),
                             (b"/-/healthy", host + b":\r\n"),
                             (b"/-/healthy", b":\r\n" + host),
                             (b"/-/healthy", host + b"X : y\r\n"),
                             (b"/-/healthy", host + b"X\t: y\r\n"),
                             (b"/-/healthy", host + b"Content-Length : 5\r\n"),
                             (b"/-/healthy", host + b"X: y\r\n folded\r\n"),
                             (b"/-/healthy", b"Host : localhost\r\n"),
                             (b"/-/healthy", b"Host: [\r\n"),
                             (b"/-/healthy", b"Host: [::1\r\n"),
                             (b"http://[/-/healthy", host)):
            with self.subTest(target=target, head=head):
                got = self.served.raw(b"GET " + target + b" HTTP/1.1\r\n" + head + b"\r\n"
                                      b"GET /-/healthy HTTP/1.1\r\n" + host + b"\r\n")
                if IS_STRICT and b"\0" in target:
                    self.assertEqual(got, b"") # the library closes the connection
                else:
                    self.assertEqual(Answer(got).code, 400)
                self.assertNotIn(b"healthy\n", got)

    def test_valid_heads(self):
        for head in (b"GET /-/healthy?a=b&c=%20 HTTP/1.1\r\nHost: localhost\r\nX:\r\nA:   b  \r\n"
                     b"Connection: close\r\n\r\n",
                     b"GET /%2d/healthy HTTP/1.1\r\nHost: localhost\r\nCookie: a=b; c=d\r\nConnection: close\r\n\r\n",
                     b"GET /-/healthy HTTP/1.0\r\n\r\n",
                     b"\r\nGET /-/healthy HTTP/1.0\r\nHost:localhost\r\n\r\n"):
            with self.subTest(head=head):
                self.assertEqual(Answer(self.served.raw(head)).body, "healthy\n")

    def test_line_feeds(self):
        """In nc, lines end in a line feed. A recipient may accept that or not (RFC 9112, 2.2)."""
        for head in (b"GET /-/healthy?a=b&c=%20 HTTP/1.1\nHost: localhost\nX:\nA:   b  \nConnection: close\n\n",
                     b"GET /%2d/healthy HTTP/1.1\r\nHost: localhost\nCookie: a=b; c=d\r\nConnection: close\n\r\n",
                     b"GET /-/healthy HTTP/1.0\n\n"):
            with self.subTest(head=head):
                answer = Answer(self.served.raw(head))
                self.assertEqual(answer.code, 400 if IS_STRICT else 200)
                self.assertEqual(answer.body == "healthy\n", not IS_STRICT)

    def test_body_of_another_method(self):
        got = self.served.raw(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40\r\n\r\n"
                              b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
        self.assertEqual(Answer(got).code, 405)
        self.assertNotIn(b"healthy", got)

    def test_garbage(self):
        sockets = []
        for request in (b"\0" * 100 + b"\r\n\r\n", b"\xff" * 5000 + b"\r\n\r\n", b"GET", b"\r\n",
                        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"GET\r\n\r\n"):
            s = self.served.connect()
            s.sendall(request)
            self.assertEqual(self.served.get("/-/healthy").code, 200)
            sockets.append(s)
        for s in sockets:
            s.close()
        self.assertEqual(self.served.get("/-/healthy").code, 200)

    def test_too_long(self):
        for request, code in (
                (b"GET / HTTP/9.9\r\n\r\n", 505),
                (b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
                (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100000 + b"\r\n\r\n", 431),
                (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 20000 + b"\r\n", 431)):
            with self.served.connect() as s:
                try:
                    s.sendall(request)
                except OSError:
                    pass # it does not read the rest
                got = read_all(s)
            if got: # otherwise the reset was faster
                self.assertEqual(Answer(got).code, code)
        self.assertEqual(self.served.get("/-/healthy").code, 200)

    def test_many_cookies(self):
        # A browser sends the cookies of all servers on localhost, whatever their port.
        for n in (1000, 7500, 9000, 14000):
            got = self.served.raw(b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n"
                                  b"Connection: close\r\nCookie: a=" + b"a" * n + b"\r\n\r\n")
            self.assertEqual(Answer(got).code, 200, n)

    def test_rebinding(self):
        for host, code in (("localhost:10059", 200), ("127.0.0.1", 200), ("[::1]:1", 200),
                           ("evil.example", 421), ("evil.example:10059", 421)):
            got = self.served.raw(f"GET /metrics HTTP/1.1\r\nHost: {host}\r\n"
                                  "Connection: close\r\n\r\n".encode())
            self.assertEqual(Answer(got).code, code, host)
            got = self.served.raw(f"GET http://{host}/metrics HTTP/1.1\r\nHost: localhost\r\n"
                                  "Connection: close\r\n\r\n".encode())
            self.assertEqual(Answer(got).code, code, host)

    def test_pipelining(self):
        one = b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n"
        got = self.served.raw((one + b"\r\n") * 19 + one + b"Connection: close\r\n\r\n")
        self.assertEqual(got.count(b"HTTP/1.1 200 "), 20)
        self.assertEqual(got.count(b"\r\n\r\nhealthy\n"), 20)

    def test_byte_by_byte(self):
        with self.served.connect() as s:
            for byte in b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\nX: y\r\nConnection: close\r\n\r\n":
                s.sendall(bytes([byte]))
            self.assertIn(b"healthy\n", read_all(s))

    def test_keeps_alive(self):
        with self.served.connect() as s:
            for _ in range(3):
                s.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n")
                got = b""
                while not got.endswith(b"healthy\n"):
                    part = s.recv(65536)
                    self.assertTrue(part)
                    got += part

    def test_lint(self):
        if not shutil.which("promtool"):
            self.skipTest("promtool (package prometheus) is not installed")
        text = self.served.get("/metrics").body
        done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                              capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


class Ready(unittest.TestCase):
    def test_nothing_counted_yet(self):
        with Served("-x", "empty") as served:
            answer = served.get("/-/ready")
            self.assertEqual((answer.code, answer.body),
                             (503, "not ready: nothing was counted yet\n"))
            self.assertEqual(served.get("/-/healthy").code, 200)
            self.assertEqual(served.get("/").code, 200)
            self.assertIn('\ndropwatchd_build_info{version="0.1.0"', served.get("/metrics").body)

    def test_source_in_trouble(self):
        with Served("-x", "down") as served:
            answer = served.get("/-/ready")
            self.assertEqual(answer.code, 503)
            self.assertIn("held by another program", answer.body)
            self.assertEqual(served.get("/-/healthy").code, 200)
            self.assertEqual(served.value('dropwatchd_monitor_up{source="netdm"}'), 0)


if __name__ == "__main__":
    unittest.main()
