# SPDX-License-Identifier: GPL-2.0-or-later
"""dropwatchd as a child process. All Python tests start it and find its address with this helper.

    with Daemon(PROGRAM, "--source", "replay:drops.pcap") as daemon:
        text = daemon.get("/metrics")
"""
import os
import re
import subprocess
import tempfile
import threading
import urllib.request

PATIENCE_S = 60


class Daemon:
    """Listens at an address that the kernel chooses, and collects the log. `config` is the text of
    its configuration, `wrapper` a command to run it with, such as one that enters a namespace."""

    def __init__(self, program, *options, config="", wrapper=(), env=None, **popen):
        self.config = tempfile.NamedTemporaryFile("w", suffix=".yaml")
        self.configure(config)
        self.process = subprocess.Popen(
            [*wrapper, program, "--config", self.config.name, "--web.listen-address", "127.0.0.1:0", *options],
            stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})}, **popen)
        self.log = ""
        self.address = None
        self.found = threading.Event()
        self.reader = threading.Thread(target=self.read_log)
        self.reader.start()

    def configure(self, text):
        """Replace the configuration file."""
        self.config.seek(0)
        self.config.truncate()
        self.config.write(text)
        self.config.flush()

    def read_log(self):
        for line in self.process.stderr:
            self.log += line
            serving = re.search(r"serving (http://\S+)/metrics", line)
            if serving:
                self.address = serving.group(1)
                self.found.set()
        self.found.set()

    def wait_until_serving(self):
        if not self.found.wait(PATIENCE_S) or not self.address:
            raise RuntimeError("dropwatchd does not serve:\n" + self.log)

    @property
    def url(self):
        """http://ADDRESS:PORT, once it is in the log."""
        self.wait_until_serving()
        return self.address

    def get(self, path="/metrics"):
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE_S) as answer:
            return answer.read().decode()

    def wait(self):
        """The exit status, after it has exited."""
        status = self.process.wait(PATIENCE_S)
        self.reader.join()
        self.process.stderr.close()
        return status

    def stop(self):
        self.process.terminate()
        status = self.wait()
        if status != 0:
            raise RuntimeError(f"dropwatchd exited with status {status}:\n{self.log}")

    def kill(self):
        """End it in any case, also after it has exited."""
        self.process.kill()
        self.wait()

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        if failed:
            self.kill()
        else:
            self.stop()
