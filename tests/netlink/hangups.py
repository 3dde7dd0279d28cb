#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A number of SIGHUP per second, each preceded by another configuration file.

usage: hangups.py PID CONFIGURATION RATE FILE...

A process of its own, so that it keeps its pace whatever the test does meanwhile. The files take
turns; each is put in place as an editor would, by a rename. Ends by SIGTERM, and then says how many
signals it sent in how many seconds.
"""
import os
import signal
import sys
import time


def main():
    pid, path, rate, files = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4:]
    over = []
    signal.signal(signal.SIGTERM, lambda *_: over.append(True))
    began, sent = time.monotonic(), 0
    while not over:
        os.link(files[sent % len(files)], path + ".new")
        os.rename(path + ".new", path)
        os.kill(pid, signal.SIGHUP)
        sent += 1
        # Fixed deadlines: a late sender does not sleep until it has caught up.
        time.sleep(max(0, began + sent / rate - time.monotonic()))
    print(sent, time.monotonic() - began)


if __name__ == "__main__":
    main()
