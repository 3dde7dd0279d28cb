#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients that are slow, many, or gone. usage: test_pressure.py PROGRAM

Nothing here measures how long something took; what must not be held up would be held up for ever.
"""
import socket
import struct
import threading
import unittest

from served import Answer, Served, read_all

GET = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Drippers(threading.Thread):
    """Each holds a connection with a request that is never complete, and comes back if thrown out."""

    def __init__(self, served, n):
        super().__init__()
        self.served, self.n, self.thrown_out = served, n, 0
        self.done = threading.Event()
        self.sockets = [served.connect() for _ in range(n)]

    def drip(self, i):
        try:
            self.sockets[i].sendall(b"GET /metrics HTTP/1.1\r\nX-Slow: a" if not self.done.is_set()
                                    else b"a")
            self.sockets[i].setblocking(False)
            if self.sockets[i].recv(1) == b"":
                raise ConnectionResetError
        except BlockingIOError:
            self.sockets[i].settimeout(30)
        except OSError:
            self.thrown_out += 1
            self.sockets[i].close()
            self.sockets[i] = self.served.connect()

    def run(self):
        while not self.done.wait(0.1):
            for i in range(self.n):
                self.drip(i)
        for s in self.sockets:
            self.thrown_out += ended_by_server(s)
            s.close()


class Pressure(unittest.TestCase):
    def test_drippers_do_not_starve_a_scrape(self):
        with Served("-c", "8") as served:
            drippers = Drippers(served, 8)
            drippers.start()
            try:
                for _ in range(3):
                    self.assertEqual(served.get("/metrics").code, 200)
            finally:
                drippers.done.set()
                drippers.join()
            self.assertGreater(drippers.thrown_out, 0)

    def test_idle_ones_make_room(self):
        with Served("-c", "4") as served:
            idle = [served.connect() for _ in range(4)]
            self.assertEqual(served.get("/-/healthy").code, 200)
            ended = [s for s in idle if ended_by_server(s)]
            self.assertEqual(len(ended), 1)
            self.assertIs(ended[0], idle[0]) # the oldest
            for s in idle:
                s.close()

    def test_slow_readers_do_not_starve_a_scrape(self):
        with Served("-n", "10000", "-c", "16") as served:
            slow = [served.connect(receive_buffer=4096) for _ in range(12)]
            for s in slow:
                s.sendall(GET)
            codes = set()
            while 200 not in codes: # 503 until the slowest one had its second
                answer = served.get("/metrics")
                codes.add(answer.code)
            self.assertLessEqual(codes, {200, 503})
            self.assertGreater(len(answer.body), 10**6)
            for s in slow:
                s.close()
            # Four answers at most were held at once.
            self.assertLess(served.value("process_resident_memory_bytes") / 2**20,
                            40 if not sanitized(served) else 2000)

    def test_a_slow_but_honest_reader_gets_it_all(self):
        with Served("-n", "10000") as served:
            with served.connect(receive_buffer=4096) as s:
                s.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                self.assertEqual(served.get("/-/healthy").code, 200)
                answer = Answer(read_all(s))
            self.assertEqual(len(answer.body), int(answer.headers["content-length"]))

    def test_peers_that_vanish(self):
        with Served("-n", "10000") as served:
            for _ in range(50):
                s = served.connect(receive_buffer=4096)
                s.sendall(GET)
                s.recv(1)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                s.close() # a reset, in the middle of the answer
            self.assertEqual(served.get("/metrics").code, 200)

    def test_nothing_grows(self):
        with Served("-n", "1000", "-t", "10") as served:
            for _ in range(50):
                served.get("/metrics")
            fds = served.value("process_open_fds")
            resident = served.value("process_resident_memory_bytes")
            for _ in range(1000):
                self.assertEqual(served.get("/metrics").code, 200)
            self.assertEqual(served.value("process_open_fds"), fds)
            if not sanitized(served):
                self.assertLess(served.value("process_resident_memory_bytes"), resident + 2**20)

    def test_many_at_once(self):
        with Served("-n", "100", "-c", "16") as served:
            codes = []

            def scrape():
                for _ in range(20):
                    codes.append(served.get("/metrics").code)

            threads = [threading.Thread(target=scrape) for _ in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(len(codes), 240)
            self.assertLessEqual(set(codes), {200, 503})

    def test_stops_while_clients_hang(self):
        served = Served("-n", "10000").__enter__()
        hanging = [served.connect(receive_buffer=4096) for _ in range(10)]
        for i, s in enumerate(hanging):
            s.sendall((GET, GET[:20], b"")[i % 3])
        served.stop()
        for s in hanging:
            s.close()


def ended_by_server(s):
    s.setblocking(False)
    try:
        return s.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def sanitized(served):
    """Sanitizers reserve terabytes."""
    return served.value("process_virtual_memory_bytes") > 2**40


if __name__ == "__main__":
    unittest.main()
