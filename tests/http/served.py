# SPDX-License-Identifier: GPL-2.0-or-later
"""The server under test, and raw requests to it."""
import ctypes
import socket
import subprocess
import sys

LIBRARY = ctypes.CDLL("libmicrohttpd.so.12")
LIBRARY.MHD_get_version.restype = ctypes.c_char_p
# Before 1.0, the library accepts lines that end in a line feed only, and reports a NUL in the target.
IS_STRICT = not LIBRARY.MHD_get_version().startswith(b"0.")

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else "http_serve"


class Served:
    """with Served("-n", "10") as s: s.get("/metrics")"""

    def __init__(self, *options, wrapper=(), pass_fds=()):
        self.options = [*wrapper, PROGRAM, *options]
        self.pass_fds = pass_fds

    def __enter__(self):
        self.process = subprocess.Popen(self.options, stdin=subprocess.PIPE, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        pass_fds=self.pass_fds)
        self.lines = []
        for line in self.process.stdout:
            if line == "serving\n":
                break
            self.lines.append(line.rstrip("\n"))
        else:
            raise AssertionError(self.process.communicate()[1])
        self.addresses = [line for line in self.lines if not line.startswith("note: ")]
        host, _, port = self.addresses[0].rpartition(":")
        if port.isdigit():
            self.address = host.strip("[]"), int(port)
        return self

    def stop(self):
        """End it, even if a client holds a connection open."""
        out, err = self.process.communicate(timeout=20)
        if self.process.returncode or "stopped" not in out:
            raise AssertionError(f"exit {self.process.returncode}: {out}{err}")

    def __exit__(self, kind, *_):
        if kind:
            self.process.kill()
            self.process.communicate()
        else:
            self.stop()

    def connect(self, receive_buffer=None):
        s = socket.socket(socket.AF_INET6 if ":" in self.address[0] else socket.AF_INET)
        if receive_buffer:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        s.settimeout(30)
        s.connect(self.address)
        return s

    def raw(self, request):
        """Send bytes and read until the server closes the connection. Returns all bytes."""
        with self.connect() as s:
            s.sendall(request)
            return read_all(s)

    def get(self, path, method="GET", **headers):
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return Answer(self.raw(("\r\n".join(lines) + "\r\n\r\n").encode()))

    def value(self, name):
        """The value of a sample, by its name with labels."""
        for line in self.get("/metrics").body.splitlines():
            if line.startswith(name + " "):
                return float(line.rpartition(" ")[2])
        raise KeyError(name)


class Answer:
    def __init__(self, raw):
        head, _, body = raw.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        self.code = int(lines[0].split()[1])
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            self.headers[name.lower()] = value
        self.body = body.decode()


def read_all(s):
    parts = []
    try:
        while part := s.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)
