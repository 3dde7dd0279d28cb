#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients that are slow, numerous, or gone. usage: test_pressure.py PROGRAM

No test measures time: what must not be blocked would be blocked forever.
"""
import os
import re
import socket
import struct
import threading
import unittest

from served import Answer, Served, read_all

GET = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Drippers(threading.Thread):
    """Clients that hold a connection with an incomplete request, and reconnect when disconnected."""

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
        """Sixty clients that do not read, five for each of twelve snapshots: every scrape is answered, with
        new numbers."""
        with Served("-n", "40000", "-t", "100") as served: # more than the kernel buffers
            slow, seen = [], self.next_snapshot(served, "")
            for _ in range(12):
                slow += [served.connect(receive_buffer=4096) for _ in range(5)]
                for s in slow[-5:]:
                    s.sendall(GET)
                    s.recv(1)
                seen = self.next_snapshot(served, seen)
            size = len(served.get("/metrics").body)
            for s in slow:
                s.close()
            if not sanitized(served):
                # At most five bodies, and some snapshots. One body for each client would be sixty.
                self.assertLess(status_bytes(served, "VmHWM"), 15 * size)

    def next_snapshot(self, served, before):
        """Scrape until there is a new snapshot. Returns its time."""
        now = before
        while now == before:
            answer = served.get("/metrics")
            self.assertEqual(answer.code, 200)
            self.assertGreater(len(answer.body), 10**6)
            now = re.search("^dropwatchd_snapshot_timestamp_seconds (.*)$", answer.body, re.M)[1]
        return now

    def test_three_slow_but_honest_readers_get_it_all(self):
        """Readers of different snapshots, while others scrape later ones."""
        with Served("-n", "10000", "-t", "100") as served:
            slow, seen = [], self.next_snapshot(served, "")
            for _ in range(3):
                slow.append(served.connect(receive_buffer=4096))
                slow[-1].sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                head = slow[-1].recv(1)
                seen = self.next_snapshot(served, seen)
            for _ in range(15): # until all are older than CLIENTS_GRACE_S
                seen = self.next_snapshot(served, seen)
            for s in slow:
                answer = Answer(head + read_all(s))
                self.assertEqual(len(answer.body), int(answer.headers["content-length"]))
                s.close()

    def test_all_read_the_same_body(self):
        """Neither our memory nor the kernel's grows with the number of slow clients."""
        with Served("-n", "100000", "-t", "60000") as served:
            size = len(served.get("/metrics").body)
            before = status_bytes(served, "VmRSS")
            slow = [served.connect(receive_buffer=4096) for _ in range(40)]
            for s in slow:
                s.sendall(GET)
            for s in slow:
                s.recv(1)
            self.assertEqual(served.get("/-/healthy").code, 200) # all were answered before this one
            if not sanitized(served):
                # The snapshot may be older than ten seconds by now, so that there is a second body.
                self.assertLess(status_bytes(served, "VmRSS"), before + 2 * size)
            queued = [tx for tx in queued_bytes(served) if tx]
            self.assertGreaterEqual(len(queued), 40)
            self.assertLess(max(queued), 2**19)
            for s in slow:
                s.close()

    def test_a_slow_but_honest_reader_gets_it_all(self):
        with Served("-n", "10000") as served:
            with served.connect(receive_buffer=4096) as s:
                s.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                self.assertEqual(served.get("/-/healthy").code, 200)
                answer = Answer(read_all(s))
            self.assertEqual(len(answer.body), int(answer.headers["content-length"]))

    def test_half_closed_ones_leave_at_once(self):
        """A client that has closed its sending side gets its answers and is then disconnected, before a
        client that has been idle for longer."""
        with Served("-n", "1000") as served, served.connect() as idle:
            healthy(idle)
            for sent, answers in ((GET, 1), (GET * 20, 20), (GET + GET[:20], 1), (GET[:20], 0), (b"", 0)):
                with served.connect() as s:
                    s.sendall(sent)
                    s.shutdown(socket.SHUT_WR)
                    self.assertEqual(read_all(s).count(b"HTTP/1.1 200 "), answers)
                    self.assertFalse(ended_by_server(idle))
            idle.settimeout(30)
            healthy(idle)
            idle.shutdown(socket.SHUT_WR)
            self.assertEqual(read_all(idle), b"")

    def test_idle_ones_make_room_when_descriptors_run_out(self):
        with Served(wrapper=("prlimit", "--nofile=30")) as served:
            idle = []
            for _ in range(30 - len(os.listdir(f"/proc/{served.process.pid}/fd"))):
                idle.append(served.connect())
                healthy(idle[-1])
            self.assertEqual(served.get("/-/healthy").code, 200)
            self.assertEqual([i for i, s in enumerate(idle) if ended_by_server(s)], [0])
            for s in idle:
                s.close()

    def test_peers_that_vanish(self):
        with Served("-n", "10000") as served:
            for _ in range(50):
                s = served.connect(receive_buffer=4096)
                s.sendall(GET)
                s.recv(1)
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                s.close() # resets the connection during the answer
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
            self.assertEqual(set(codes), {200})

    def test_stops_while_clients_hang(self):
        served = Served("-n", "10000").__enter__()
        hanging = [served.connect(receive_buffer=4096) for _ in range(10)]
        for i, s in enumerate(hanging):
            s.sendall((GET, GET[:20], b"")[i % 3])
        served.stop()
        for s in hanging:
            s.close()


def healthy(s):
    """A request on a connection that is kept open."""
    s.sendall(GET.replace(b"/metrics", b"/-/healthy"))
    got = b""
    while not got.endswith(b"healthy\n"):
        part = s.recv(65536)
        assert part, got
        got += part


def ended_by_server(s):
    s.setblocking(False)
    try:
        return s.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def status_bytes(served, key):
    with open(f"/proc/{served.process.pid}/status") as status:
        return int(re.search(rf"^{key}:\s+(\d+) kB$", status.read(), re.M)[1]) * 1024


def queued_bytes(served):
    """The bytes of each answer that the kernel buffers, since the client does not read."""
    with open("/proc/net/tcp") as sockets:
        rows = [line.split() for line in sockets.readlines()[1:]]
    return [int(row[4].split(":")[0], 16) for row in rows
            if row[1].endswith(f":{served.address[1]:04X}")]


def sanitized(served):
    """Sanitizers reserve terabytes of address space."""
    return status_bytes(served, "VmSize") > 2**40


if __name__ == "__main__":
    unittest.main()
