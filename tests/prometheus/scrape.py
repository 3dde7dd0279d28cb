#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A real Prometheus scrapes the daemon while the test generates a known number of drops.

usage: scrape.py DROPWATCHD DROPS PACKAGING-FOLDER

increase() returns that number. Every rule and every dashboard expression evaluates without an error and, if
drops were generated, with a result. This Prometheus also scrapes other programs, which are on no dashboard.
Everything runs in a new network namespace with the tracepoint source, so root is required.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

SKIP = 77
DAEMON = "127.0.0.1:10059"
SERVER = "127.0.0.1:9090"  # scrapes itself, as an example of another program
DEAD = "127.0.0.1:10060"  # a dropwatchd that is down, and in another job a program that is down
REPLAY = "127.0.0.1:10061"  # a dropwatchd at the end of a recording
RECORDING = Path(__file__).resolve().parents[1] / "golden" / "s04-summary-reasons.pcap"
MADE = 5000
DROPS = (f'dropwatch_drops_total{{instance="{DAEMON}",symbol="__udp4_lib_rcv",reason="NO_SOCKET",'
         'device="lo",protocol="ipv4"}')
# Expressions without a result in this test: hardware drops, alerts, expected drops, unexplained packets.
SILENT = re.compile(r'hardware|alert_active|class="expected"|== 0|_unexplained.* (!=|>) 0')


def get(address, path, **query):
    url = f"http://{address}{path}" + ("?" + urllib.parse.urlencode(query) if query else "")
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def ask(expr, at=None):
    query = {"query": expr, **({"time": f"{at:.3f}"} if at else {})}
    answer = json.loads(get(SERVER, "/api/v1/query", **query))
    assert answer["status"] == "success", answer
    return answer["data"]["result"]


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(0.2)
    sys.exit(f"FAILED: waited {seconds} s for {what}")


def check_increase(drops_tool):
    """The previous and the last sample span exactly the range, so increase() does not extrapolate."""
    before = time.time()
    subprocess.run([drops_tool, "udp-closed", str(MADE)], check=True)
    time.sleep(4)
    samples = ask(f"{DROPS}[10m]")
    assert len(samples) == 1, samples
    values = [(float(t), int(v)) for t, v in samples[0]["values"]]
    first = [v for v in values if v[0] < before][-1]
    last = values[-1]
    span_ms = round((last[0] - first[0]) * 1000)
    result = ask(f"increase({DROPS}[{span_ms}ms])", at=last[0])
    print(f"made {MADE}, raw {last[1] - first[1]}, increase() {result[0]['value'][1]}")
    assert last[1] - first[1] == MADE
    assert abs(float(result[0]["value"][1]) - MADE) < 0.5


def check_born():
    """A series appears with its first drops. The total, which starts at 0, includes their increase."""
    born, first = ask(f"{DROPS}[10m]")[0]["values"][0]
    total = ask(f'dropwatchd_counted_packets_total{{instance="{DAEMON}"}}[10m]')[0]["values"]
    before = [int(v) for t, v in total if t < born][-1]
    at = [int(v) for t, v in total if t == born][0]
    print(f"first value {first}; the total increased from {before} to {at}")
    assert at - before >= int(first) > 0


def expressions(folder):
    for path in sorted((folder / "grafana").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel.get("targets", []):
                yield f"{path.name} '{panel['title']}'", target["expr"]


def check_documentation(readme):
    """The queries in README.md evaluate without an error."""
    blocks = re.findall(r"^```promql\n(.*?)^```", readme.read_text(), re.M | re.S)
    queries = [line for block in blocks for line in block.splitlines()]
    assert queries
    for query in queries:
        ask(query)
    print(f"{len(queries)} queries of the documentation evaluated")


def check_dashboards(folder):
    bad, number = [], 0
    for where, expr in expressions(folder):
        for name, value in (("$__rate_interval", "15s"), ("$__range", "5m"), ("$class", ".*"),
                            ("$job", ".+"), ("$cluster", ".*"), ("$instance", ".+")):
            expr = expr.replace(name, value)
        number += 1
        results = ask(expr)
        if not results and not SILENT.search(expr):
            bad.append(f"{where}: no result for {expr}")
        if any(r["metric"].get("instance") == SERVER for r in results):
            bad.append(f"{where}: shows another program: {expr}")
        if "Hosts blind or down" in where and results[0]["value"][1] != "1":
            bad.append(f"{where}: one dropwatchd is down, but: {results}")
    print(f"{number} dashboard expressions evaluated")
    assert not bad, "\n".join(bad)
    assert number > 30


def check_rules():
    groups = json.loads(get(SERVER, "/api/v1/rules"))["data"]["groups"]
    rules = [r for g in groups for r in g["rules"]]
    bad = [f"{r['name']}: {r.get('lastError')}" for r in rules if r["health"] != "ok"]
    print(f"{len(rules)} rules evaluated")
    assert not bad, "\n".join(bad)
    assert len(rules) > 15
    for rule in rules:
        if rule["type"] == "recording" and "lost" not in rule["name"]:
            assert ask(rule["name"]), f"no result for {rule['name']}"


def firing():
    alerts = json.loads(get(SERVER, "/api/v1/alerts"))["data"]["alerts"]
    return [a["labels"] for a in alerts if a["state"] == "firing" and a["labels"].get("instance") == DAEMON]


def check_alert():
    """The rule of the daemon raises an alert, and no other alert fires for the same drops."""
    wait_for("the daemon's own alert", firing)
    names = [(labels["alertname"], labels.get("rule")) for labels in firing()]
    print(f"firing: {names}")
    assert names == [("DropwatchAlertRaised", "closed-port")]


def configure(folder, work):
    rules = "\n".join(f'  - "{p}"' for p in sorted((folder / "prometheus").glob("*.rules.yml")))
    path = work / "prometheus.yml"
    path.write_text(f"""global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files:
{rules}
scrape_configs:
  - job_name: dropwatchd
    static_configs: [{{targets: ["{DAEMON}", "{DEAD}", "{REPLAY}"]}}]
  - job_name: others
    static_configs: [{{targets: ["{SERVER}", "{DEAD}"]}}]
""")
    return path


def run(daemon, drops_tool, folder, work):
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    processes = []
    try:
        config = work / "dropwatchd.yaml"
        config.write_text("alerts: [{ name: closed-port, match: { reason: NO_SOCKET }, unit: count, raise: 100 }]")
        processes.append(subprocess.Popen([daemon, "--config", config, "--source", "tracepoint"]))
        replay = work / "replay.yaml"
        replay.write_text(f'web: {{ listen: "{REPLAY}" }}')
        processes.append(subprocess.Popen([daemon, "--config", replay, "--source", f"replay:{RECORDING}"]))
        processes.append(subprocess.Popen(
            ["prometheus", f"--config.file={configure(folder, work)}", f"--storage.tsdb.path={work}/data",
             f"--web.listen-address={SERVER}", "--log.level=warn"]))
        wait_for("the targets to be up", lambda: len(ask("up == 1")) == 3)
        wait_for("the recording's end", lambda: ask("dropwatchd_monitor_finished == 1"))
        subprocess.run([drops_tool, "udp-closed", "1"], check=True)  # otherwise the series would start with 5000
        wait_for("the series", lambda: ask(DROPS))
        time.sleep(2)
        check_increase(drops_tool)
        check_born()
        check_alert()
        check_rules()
        check_dashboards(folder)
        check_documentation(folder.parent / "README.md")
        text = get(DAEMON, "/metrics")
        lint = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True)
        assert lint.returncode == 0 and not lint.stderr, lint.stderr
    finally:
        for p in processes:
            p.terminate()
        codes = [p.wait(20) for p in processes]
    assert codes[:2] == [0, 0], f"dropwatchd ended with {codes[:2]}"


def main():
    if os.geteuid() != 0 or not os.path.exists("/sys/kernel/btf/vmlinux"):
        print("skipped: the tracepoint source requires root and a kernel with BTF")
        return SKIP
    if not shutil.which("prometheus") or not shutil.which("promtool"):
        print("skipped: prometheus is not installed")
        return SKIP
    if os.environ.get("IN_NAMESPACE") != "1":
        os.environ["IN_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "-n", sys.executable, *sys.argv])
    with tempfile.TemporaryDirectory() as work:
        run(sys.argv[1], sys.argv[2], Path(sys.argv[3]).resolve(), Path(work))
    print("good")
    return 0


if __name__ == "__main__":
    sys.exit(main())
