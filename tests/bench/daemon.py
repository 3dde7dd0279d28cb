# SPDX-License-Identifier: GPL-2.0-or-later
"""dropwatchd with the test drop monitor, and its own metrics."""
import re
import socket
import subprocess
import tempfile
from pathlib import Path

from procs import Process, wait_for

PORT = 10061
PACKET_MODE = """\
source: netdm
netdm:
  alert_mode: packet
  truncate_bytes: 200
"""
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.M)


class Client:
    """An HTTP connection that is kept alive and needs as little CPU as possible."""

    def __init__(self, port, path="/metrics"):
        self.request = (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                        "User-Agent: bench\r\n\r\n").encode()
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.buffer = memoryview(bytearray(1 << 24))

    def get(self):
        """Returns the body of the answer."""
        self.socket.sendall(self.request)
        have = head = 0
        need = None
        while need is None or have < need:
            n = self.socket.recv_into(self.buffer[have:])
            if n == 0:
                raise OSError("the connection was closed")
            have += n
            if need is None and (at := bytes(self.buffer[:min(have, 65536)]).find(b"\r\n\r\n")) > 0:
                head = at + 4
                length = re.search(rb"content-length: *(\d+)", bytes(self.buffer[:at]), re.I)
                # Go's server sends long answers in chunks; the last chunk is empty.
                need = head + int(length[1]) if length else 1 << 62
            if need == 1 << 62 and bytes(self.buffer[have - 5:have]) == b"0\r\n\r\n":
                need = have
        return self.buffer[head:have]


class Daemon(Process):
    def __init__(self, build, config=PACKET_MODE):
        self.config = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        self.config.write(config + f'web:\n  listen: ["127.0.0.1:{PORT}"]\n')
        self.config.flush()
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        super().__init__([build / "daemon/dropwatchd", "--config", self.config.name],
                         preload=build / "tests/netlink/libnetdm_shim.so",
                         stderr=self.log, stdout=subprocess.DEVNULL)
        wait_for("dropwatchd", self.ready)

    def ready(self):
        if self.popen.poll() is not None:
            raise RuntimeError("dropwatchd ended: " + Path(self.log.name).read_text())
        return bytes(Client(PORT, "/-/ready").get()) == b"ready\n"

    def samples(self):
        """{(name, labels): value}"""
        text = bytes(Client(PORT).get()).decode()
        return {(name, labels): float(value) for name, labels, value in SAMPLE.findall(text)}

    def tally(self):
        """{"counted": packets, "socket": lost there, …}"""
        samples = self.samples()
        tally = {labels.split('"')[1]: int(value) for (name, labels), value in samples.items()
                 if name == "dropwatchd_events_lost_total"}
        return tally | {"counted": int(samples["dropwatchd_counted_packets_total", ""])}

    def account_for(self, sent):
        """Wait until all that was sent is counted or lost, and return the tally."""
        wait_for(f"{sent} packets, counted or lost; {self.tally()}",
                 lambda: sum(self.tally().values()) >= sent, 15)
        tally = self.tally()
        if sum(tally.values()) != sent:
            raise RuntimeError(f"{sent} sent, but {tally}")
        return tally
