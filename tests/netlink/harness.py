# SPDX-License-Identifier: GPL-2.0-or-later
"""The test monitor and the daemon as child processes, and cases that each get a pair of them."""
import concurrent.futures
import contextlib
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
import daemon  # noqa: E402
from daemon import PATIENCE_S  # noqa: E402


AT_ONCE = 4  # cases; they mostly wait


def check(condition, text):
    if not condition:
        raise RuntimeError(text)


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

    def do(self, line):
        """One command. Return: the answer to it."""
        self.tell(line)
        return self.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
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
        self.until_true(lambda text: line in text.splitlines(), line)

    def until_true(self, condition, description=""):
        """Scrape until the condition is true of the text."""
        end = time.monotonic() + PATIENCE_S
        while not condition(self.get()):
            check(time.monotonic() < end, f"never: {description}\n{self.get()}{self.log}")
            time.sleep(0.2)


@contextlib.contextmanager
def monitor_and_daemon(programs, netdm=None, before="get", prepare=None, manager_env=None, **options):
    """`programs`: dropwatchd, monitor, shim. `before`: a command to the monitor before the daemon
    starts, `prepare`: a function of the daemon's directory, called at the same time. While there is
    a file "deny" in that directory, no group can be joined. `manager_env`: variables that a service
    manager sets."""
    program, monitor_program, shim = programs
    with tempfile.TemporaryDirectory(prefix="netdm.") as name, Monitor(monitor_program) as monitor:
        directory = Path(name)
        monitor.do(before)
        if prepare:
            prepare(directory)
        daemon_ = Daemon(program, shim, netdm or {}, env={
            "NETDM_TEST_DENY_JOIN": str(directory / "deny"), "RUNTIME_DIRECTORY": name,
            **(manager_env or {})}, **options)
        daemon_.directory = directory
        try:
            yield monitor, daemon_
        finally:
            daemon_.kill()


def run_cases(script, cases, argv, inside=lambda name: ["unshare", "--net"]):
    """Run each case in a process and a network namespace of its own. `cases`: {name: function of
    the programs}. `inside`: the command that enters the namespace. Return: the exit status."""
    def run_one(name):
        return subprocess.run([*inside(name), "--", sys.executable, "-B", script, name, *argv],
                              check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    if argv[0] in cases:
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        cases[argv[0]](argv[1:])
        return 0
    status = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, done in zip(cases, pool.map(run_one, cases)):
            print(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'}\n{done.stdout}", end="", flush=True)
            status = status or done.returncode
    return status
