#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the rules for Prometheus with metrics, labels, and the alert rules of the configuration.

- Every metric in a rule, a dashboard or the runbook exists in the program.
- The dashboard of a host has a panel for each label of drops and for each counter.
- Target labels such as cluster are kept: rules use `without` and `ignoring`, never `by`.
- A sum over drops removes all labels of dropwatchd, so that a new label does not split an alert.
- instance_rule_reason:dropwatch_suspect_drops:rate5m contains the drops that conf/dropwatchd.yaml watches.
usage: rules.py TOP_DIRECTORY; exit status 1 if a check fails.
"""
import json
import re
import sys
from pathlib import Path

import yaml

# Labels that a sum over drops may keep; others only split it.
KEPT = {"symbol", "reason", "class"}
NOT_SHOWN = {"origin", "in_device"}  # always software; off by default
# Counters without a panel, because of an alert or the status page.
NOT_DRAWN = {"dropwatch_alerts_total", "dropwatchd_alert_entries_lost_total", "dropwatchd_counted_packets_total",
             "dropwatch_hardware_dropped_bytes_total", "dropwatchd_ledger_readings_total", "dropwatchd_napi_notes_total",
             "dropwatchd_series_overflow_total", "dropwatchd_series_retired_bytes_total",
             "dropwatchd_summaries_full_total", "dropwatchd_symbol_lookup_failures_total"}
WATCHED = "instance_rule_reason:dropwatch_suspect_drops:rate5m"


def rules_of(folder):
    for path in sorted(folder.glob("*.rules.yml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            yield from group["rules"]


def name_of(rule):
    return rule.get("alert") or rule["record"]


def labels_of(top):
    schema = (top / "daemon/config/config_schema.c").read_text()
    return set(re.findall(r'\{ "(\w+)", LABEL_BIT\(', schema))


def check_targets(rule):
    for modifier, labels in re.findall(r"\b(by|on|group_left|group_right)\s*\(([^)]*)\)", rule["expr"]):
        if (modifier, labels.strip()) != ("on", ""):
            yield f"{modifier} ({labels}) loses other labels of the target; say without or ignoring"


def check_labels(rule, ours):
    removed = [set(re.findall(r"\w+", found))
               for found in re.findall(r"\b(?:without|ignoring) \(([^)]*)\)", rule["expr"])]
    if not re.search(r"\bdropwatch_drops_total\b", rule["expr"]):
        return
    of_drops = [labels for labels in removed if "device" in labels]
    if not of_drops:
        yield "removes no labels of drops"
    for labels in of_drops:
        missing = ours - KEPT - labels
        if missing:
            yield f"({', '.join(sorted(labels))}) lacks {', '.join(sorted(missing))}"


def metrics_of(top):
    table = (top / "daemon/expose/metrics_table.c").read_text()
    return set(re.findall(r'\{ "(\w+)", PROMTEXT_', table))


def panels_of(top):
    for path in sorted((top / "packaging/grafana").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            yield path.name, panel, [target["expr"] for target in panel.get("targets", [])]


def check_names(top, rules):
    """Names with a colon are recording rules. In the runbook, names are in backticks."""
    texts = [(name_of(rule), rule["expr"]) for rule in rules]
    texts += [(f"{name} '{panel['title']}'", expr) for name, panel, exprs in panels_of(top) for expr in exprs]
    runbook = (top / "packaging/prometheus/runbook.md").read_text()
    texts += [("runbook.md", code) for code in re.findall(r"`([^`]+)`", runbook)]
    known = metrics_of(top)
    for where, text in texts:
        for name in re.findall(r"(?<![:\w/])dropwatchd?_\w+(?![:\w])", text):
            if name not in known:
                yield f"{where}: there is no metric {name}"


def check_panels(top, ours):
    exprs = [expr for name, _, exprs in panels_of(top) if name == "dropwatchd-host.json" for expr in exprs]
    grouped = {label for expr in exprs for labels in re.findall(r"\bby \(([^)]*)\)", expr)
               for label in labels.split(", ")}
    drawn = {name for expr in exprs for name in re.findall(r"\bdropwatchd?_\w+", expr)}
    counters = {name for name in metrics_of(top) if name.endswith("_total") and name.startswith("dropwatch")}
    for label in sorted(ours - grouped - NOT_SHOWN):
        yield f"dropwatchd-host.json: no panel is by {label}"
    for name in sorted(counters - drawn - NOT_DRAWN):
        yield f"dropwatchd-host.json: no panel shows {name}"
    for name in sorted(NOT_DRAWN & drawn | NOT_DRAWN - counters):
        yield f"{name} is drawn, or is no counter: take it out of NOT_DRAWN"


def points_watched(match):
    """The REASON:SYMBOL pairs of a match in the configuration, with an example for each glob."""
    as_list = {key: value if isinstance(value, list) else [value] for key, value in match.items()}
    for reason in as_list.get("reason", ["ANY"]):
        for symbol in as_list.get("symbol", ["any_function" if reason else ""]):
            yield f"{reason}:{symbol}".replace("*", "X")


def rule_of(point, expr):
    """The result of the chain of label_replace(); the outermost is written last and applied last."""
    rule = None
    for name, regex in re.findall(r'"rule", "([^"]+)", "point", "([^"]+)"', expr):
        if re.fullmatch(regex, point):
            rule = name
    return rule


def check_watched(rule, alerts):
    for alert in alerts:
        matches = alert.get("match", [])
        for match in matches if isinstance(matches, list) else [matches]:
            for point in points_watched(match):
                found = rule_of(point, rule["expr"])
                if found != alert["name"]:
                    yield f"{point} is watched by {alert['name']} in the configuration, but by {found} in this rule"


def main(top):
    top = Path(top)
    rules = list(rules_of(top / "packaging/prometheus"))
    ours = labels_of(top)
    alerts = yaml.safe_load((top / "conf/dropwatchd.yaml").read_text())["alerts"]
    assert rules and {"origin", "symbol", "class"} <= ours and alerts
    findings = [*check_names(top, rules), *check_panels(top, ours)]
    for rule in rules:
        found = [*check_targets(rule), *check_labels(rule, ours)]
        if name_of(rule) == WATCHED:
            found += check_watched(rule, alerts)
        findings += [f"{name_of(rule)}: {text}" for text in found]
    assert any(name_of(rule) == WATCHED for rule in rules)
    print("\n".join(findings) or f"{len(rules)} rules, {len(ours)} labels, {len(alerts)} rules of the configuration")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
