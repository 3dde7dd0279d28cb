# SPDX-License-Identifier: GPL-2.0-or-later
"""The test monitor and the daemon as child processes."""
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import daemon  # noqa: E402
from daemon import PATIENCE_S  # noqa: E402


class Monitor:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)
        self.wait()

    def tell(self, line):
        self.process.stdin.write(line + "\n")

    def wait(self):
        """The answer to the oldest command without one."""
        answer = self.process.stdout.readline().split()
        if not answer or answer[0] != "ok":
            raise RuntimeError(f"monitor: {answer}")
        return dict((key, int(value)) for key, value in (word.split("=") for word in answer[1:]))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Daemon(daemon.Daemon):
    """Uses the test monitor instead of the kernel's."""

    def __init__(self, program, shim, netdm, ring=65536, env=None, more="", source="netdm"):
        settings = {"alert_mode": "packet", **netdm}
        config = "".join([f"source: {source}\nnetdm:\n", *(f"  {key}: {value}\n" for key, value in settings.items()),
                          f"ring:\n  capacity: {ring}\n{more}"])
        super().__init__(program, config=config, env={
            "LD_PRELOAD": shim, "ASAN_OPTIONS": "verify_asan_link_order=0", **(env or {})})

    def scrape(self):
        """(packets counted, {stage: packets lost})"""
        text = self.get()
        counted = sum(int(value) for value in
                      re.findall(r"^dropwatch(?:_hardware)?_drops_total\S* (\d+)", text, re.M))
        lost = dict((stage, int(value)) for stage, value in re.findall(
            r'^dropwatchd_events_lost_total\{stage="(\w+)",source="netdm"\} (\d+)', text, re.M))
        return counted, lost

    def settled(self, sent):
        """The final scrape: the sum is correct, or nothing changes any more."""
        end = time.monotonic() + PATIENCE_S
        last, still = None, 0
        while time.monotonic() < end and still < 5:
            now = self.scrape()
            if now[0] + sum(now[1].values()) == sent and now == last:
                return now
            still = still + 1 if now == last else 0
            last = now
            time.sleep(1)
        return last

    def until(self, line):
        """Scrape until the line appears."""
        end = time.monotonic() + PATIENCE_S
        while line not in self.get().splitlines():
            if time.monotonic() > end:
                raise RuntimeError("never: " + line + "\n" + self.get())
            time.sleep(0.2)
