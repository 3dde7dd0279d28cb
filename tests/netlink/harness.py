# SPDX-License-Identifier: GPL-2.0-or-later
"""The test monitor and the daemon as child processes."""
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import urllib.request

PATIENCE_S = 60


class Monitor:
    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, bufsize=1)
        self.wait()

    def tell(self, line):
        self.process.stdin.write(line + "\n")

    def wait(self):
        """The answer to the eldest command that was not waited for."""
        answer = self.process.stdout.readline().split()
        if not answer or answer[0] != "ok":
            raise RuntimeError(f"monitor: {answer}")
        return dict((key, int(value)) for key, value in (word.split("=") for word in answer[1:]))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Daemon:
    def __init__(self, program, shim, netdm, ring=65536, env=None, more="", source="netdm"):
        self.config = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        settings = {"alert_mode": "packet", **netdm}
        self.config.write(f"source: {source}\nnetdm:\n")
        self.config.writelines(f"  {key}: {value}\n" for key, value in settings.items())
        self.config.write(f"ring:\n  capacity: {ring}\n{more}")
        self.config.flush()
        env = {**os.environ, "LD_PRELOAD": shim, "ASAN_OPTIONS": "verify_asan_link_order=0",
               **(env or {})}
        self.process = subprocess.Popen(
            [program, "--config", self.config.name, "--web.listen-address", "127.0.0.1:0"],
            stderr=subprocess.PIPE, text=True, env=env)
        self.log = ""
        self.url = None
        self.serving = threading.Event()
        self.reader = threading.Thread(target=self.read_log)
        self.reader.start()

    def read_log(self):
        for line in self.process.stderr:
            self.log += line
            found = re.search(r"http://[^/]*/metrics", line)
            if found:
                self.url = found.group()
                self.serving.set()
        self.serving.set()

    def find_url(self):
        self.serving.wait()
        if not self.url:
            raise RuntimeError("dropwatchd did not start: " + self.log)

    def text(self):
        with urllib.request.urlopen(self.url, timeout=PATIENCE_S) as answer:
            return answer.read().decode()

    def scrape(self):
        """(packets counted, {stage: packets lost})"""
        text = self.text()
        counted = sum(int(value) for value in
                      re.findall(r"^dropwatch(?:_hardware)?_drops_total\S* (\d+)", text, re.M))
        lost = dict((stage, int(value)) for stage, value in re.findall(
            r'^dropwatchd_events_lost_total\{stage="(\w+)",source="netdm"\} (\d+)', text, re.M))
        return counted, lost

    def settled(self, sent):
        """The last scrape: when the sum is right, or when nothing moves any more."""
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
        """Scrapes until the line is there."""
        end = time.monotonic() + PATIENCE_S
        while line not in self.text().splitlines():
            if time.monotonic() > end:
                raise RuntimeError("never: " + line + "\n" + self.text())
            time.sleep(0.2)

    def ended(self):
        """The exit code, once it ended by itself."""
        code = self.process.wait(PATIENCE_S)
        self.reader.join()
        return code

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.ended() != 0:
            raise RuntimeError(f"dropwatchd ended with {self.process.returncode}:\n{self.log}")

    def kill(self):
        """Whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
            self.ended()
