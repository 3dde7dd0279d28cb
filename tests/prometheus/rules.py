#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the rules for Prometheus to what they are about: labels, and the alert rules of the configuration.

- Target labels such as cluster are kept: rules say `without` and `ignoring`, never `by`.
- A sum over drops removes every label of ours, so that a new one does not split an alert.
- instance_rule_reason:dropwatch_suspect_drops:rate5m knows which drops conf/dropwatchd.yaml watches.
usage: rules.py TOP_DIRECTORY; exit code 1 when a rule is broken.
"""
import re
import sys
from pathlib import Path

import yaml

# What a sum over drops may keep; the rest of the labels only splits it.
KEPT = {"symbol", "reason", "class"}
WATCHED = "instance_rule_reason:dropwatch_suspect_drops:rate5m"


def rules_of(folder):
    for path in sorted(folder.glob("*.rules.yml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            yield from group["rules"]


def name_of(rule):
    return rule.get("alert") or rule["record"]


def labels_of(top):
    schema = (top / "daemon/config/config_schema.c").read_text()
    return set(re.findall(r'\{ "(\w+)", LABEL_\w+ \}', schema))


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


def points_watched(match):
    """What REASON:SYMBOL a match of the configuration fits; a glob stands for a name that fits it."""
    as_list = {key: value if isinstance(value, list) else [value] for key, value in match.items()}
    for reason in as_list.get("reason", ["ANY"]):
        for symbol in as_list.get("symbol", ["any_function" if reason else ""]):
            yield f"{reason}:{symbol}".replace("*", "X")


def rule_of(point, expr):
    """What the chain of label_replace() makes of it; the outermost is written last and goes last."""
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
                    yield f"{point} is watched by {alert['name']} of the configuration, here by {found}"


def main(top):
    top = Path(top)
    rules = list(rules_of(top / "packaging/prometheus"))
    ours = labels_of(top)
    alerts = yaml.safe_load((top / "conf/dropwatchd.yaml").read_text())["alerts"]
    assert rules and {"origin", "symbol", "class"} <= ours and alerts
    findings = []
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
