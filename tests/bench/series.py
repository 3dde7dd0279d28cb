# SPDX-License-Identifier: GPL-2.0-or-later
"""Packet messages that create a given number of series, with functions of the running kernel.

Source: net/core/drop_monitor.c net_dm_packet_report_fill(), Linux 6.1.
"""
import re
import struct
from pathlib import Path

REASONS = ("NOT_SPECIFIED", "NO_SOCKET", "NETFILTER_DROP", "SOCKET_RCVBUFF", "OTHERHOST")
PROTOCOLS = (0x0800, 0x86dd, 0x0806, 0x8100, 0x88cc)
PACKET_ALERT = 5
ORIGIN, PC, REASON, SYMBOL, IN_PORT, TIMESTAMP, ORIG_LEN, PROTO, PAYLOAD = 14, 2, 23, 3, 4, 5, 10, 6, 7
LOOPBACK = 1


def functions(count):
    """(address inside, name) of this many functions of this kernel, far apart, each name once.

    Where the addresses are hidden they are all 0, and then names have to do.
    """
    rows = []
    for line in Path("/proc/kallsyms").read_text().splitlines():
        address, kind, name = line.split()[:3]
        if kind in "tT" and re.fullmatch(r"[a-z]\w{7,34}", name):
            rows.append((int(address, 16), name))
    rows.sort()
    seen = {}
    for (address, name), (following, _) in zip(rows, rows[1:]):
        if following - address >= 64 or not following:
            seen.setdefault(name, address + 17 if address else 0)
    step = max(1, len(seen) // count)
    return [(address, name) for name, address in list(seen.items())[::step]][:count]


def attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def message(address, name, reason, protocol, length):
    device = attribute(IN_PORT | 0x8000, attribute(0, struct.pack("=I", LOOPBACK)))
    payload = b"\0" * 12 + struct.pack("!H", protocol) + b"\0" * 50
    body = struct.pack("=BBH", PACKET_ALERT, 2, 0) + b"".join((
        attribute(ORIGIN, struct.pack("=H", 0)),
        attribute(PC, struct.pack("=Q", address)),
        attribute(REASON, reason.encode() + b"\0"),
        attribute(SYMBOL, f"{name}+0x11/0x40".encode()[:39] + b"\0"),
        device,
        attribute(TIMESTAMP, struct.pack("=Q", 1)),
        attribute(ORIG_LEN, struct.pack("=I", len(payload))) if length else b"",
        attribute(PROTO, struct.pack("=H", protocol)),
        attribute(PAYLOAD, payload)))
    return struct.pack("=IHHII", 16 + len(body), 0, 0, 0, 0) + body


def messages(count, lengths):
    """Of count distinct label sets, as one byte string for the monitor's command "file".

    With lengths, each label set is two lines of a scrape: packets and bytes.
    """
    each = len(REASONS) * len(PROTOCOLS)
    points = functions(-(-count // each))
    if len(points) * each < count:
        raise RuntimeError("/proc/kallsyms has too few functions")
    sets = ((address, name, reason, protocol) for reason in REASONS for protocol in PROTOCOLS
            for address, name in points)
    return b"".join(message(*labels, lengths) for labels, _ in zip(sets, range(count)))
