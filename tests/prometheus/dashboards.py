#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks Grafana dashboards with rules like those of Grafana's dashboard-linter.

The rules are those documented by github.com/grafana/dashboard-linter (docs/index.md), with their names. In addition:
- a dashboard has a uid and links, and panels do not overlap;
- hosts are distinguished by cluster and instance, and every selector has a cluster;
- metrics that every program has are selected for dropwatchd only;
- a panel with a number of drops within a time says which drops are missing.
Usage: dashboards.py FILE.json... ; exit code 1 when a rule is broken.
"""
import json
import re
import sys

BORN = re.compile(r"increase\(dropwatch_\w*drops_total\b")
COUNTER = re.compile(r"\b(?:dropwatchd?|process)_\w*_total\b")
EVERYBODY = re.compile(r"\b(?:up|process_\w+)\{")
OURS = re.compile(r" and (?:ignoring \(version, revision\) |on \(job, cluster\) last_over_time\()"
                  r"dropwatchd_build_info\{")
SELECTOR = re.compile(r"\b(?:dropwatchd?|process)_\w+(\{[^}]*\})?|\bup(\{[^}]*\})?")


def panels_of(board):
    for panel in board["panels"]:
        if panel["type"] == "row":
            yield from panel.get("panels", [])
        else:
            yield panel


def check_templates(board):
    variables = {v["name"]: v for v in board["templating"]["list"]}
    source = variables.get("datasource")
    if not source or source["type"] != "datasource" or source["query"] != "prometheus":
        yield "template-datasource-rule: no variable 'datasource' of type datasource"
    elif source["label"] != "Data source":
        yield "template-datasource-rule: its label is not 'Data source'"
    for name, everything in ("job", ".+"), ("cluster", ".*"), ("instance", ".+"): # a target may have no cluster
        v = variables.get(name)
        if not v:
            yield f"template-{name}-rule: no variable '{name}'"
            continue
        if v["datasource"].get("uid") != "${datasource}":
            yield f"template-{name}-rule: does not use ${{datasource}}"
        if v["type"] != "query" or v["label"] != name.capitalize():
            yield f"template-{name}-rule: not a query labelled '{name.capitalize()}'"
        if not v["multi"] or v["allValue"] != everything:
            yield f"template-{name}-rule: not multi with allValue '{everything}'"
    for v in variables.values():
        if v["type"] == "query" and v["refresh"] != 2:
            yield f"template-on-time-change-reload-rule: '{v['name']}' does not reload on time change"
        if v["type"] == "query" and not re.match(r"label_values\(\w+(\{.*\})?, \w+\)$", v["definition"]):
            yield f"template-label-promql-rule: '{v['name']}' is no label_values(metric, label)"


def check_targets(panel):
    if not panel.get("targets"):
        yield "panel-no-targets-rule: no query"
    for target in panel.get("targets", []):
        expr = target["expr"]
        if target["datasource"].get("uid") != "${datasource}":
            yield "panel-datasource-rule: a query does not use ${datasource}"
        selectors = [m.group(1) or m.group(2) or "" for m in SELECTOR.finditer(expr)]
        if not selectors:
            yield f"target-promql-rule: no metric in {expr}"
        for selector in selectors:
            if 'job=~"$job"' not in selector:
                yield f"target-job-rule: a selector without job=~\"$job\" in {expr}"
            if 'instance=~"$instance"' not in selector:
                yield f"target-instance-rule: a selector without instance=~\"$instance\" in {expr}"
            if 'cluster=~"$cluster"' not in selector:
                yield f"a selector without cluster=~\"$cluster\" in {expr}"
        for labels in re.findall(r"\b(?:by|on) \(([^)]*)\)", expr):
            if "instance" in labels and "cluster" not in labels:
                yield f"adds up hosts of the same name in two clusters: {expr}"
        for span in re.findall(r"\[([^\]]*)\]", expr):
            if span not in ("$__rate_interval", "$__range"):
                yield f"target-rate-interval-rule: [{span}] in {expr}"
        if re.search(r"\b(sum|count)\(dropwatchd_monitor_up\b", expr):
            yield f"counts sources, of which a host may have two, not hosts: {expr}"
        if len(EVERYBODY.findall(expr)) > len(OURS.findall(expr)):
            yield f"other programs' metrics, too, without 'and ignoring (version, revision) dropwatchd_build_info': {expr}"
        for m in COUNTER.finditer(expr):
            if not re.search(r"\b(rate|irate|increase)\($", expr[: m.start()]):
                yield f"target-counter-agg-rule: {m.group()} without rate or increase in {expr}"


def check_panel(panel):
    if not panel.get("title") or not panel.get("description"):
        yield "panel-title-description-rule: no title or no description"
    if panel["datasource"].get("uid") != "${datasource}":
        yield "panel-datasource-rule: does not use ${datasource}"
    if not panel["fieldConfig"]["defaults"].get("unit"):
        yield "panel-units-rule: no unit"
    counts = any(BORN.search(t["expr"]) for t in panel.get("targets", []))
    if counts and "first scrape" not in panel.get("description", ""):
        yield "an increase() of drops that does not say what is missing: drops before the first scrape"
    yield from check_targets(panel)


def check_grid(board):
    taken = {}
    for panel in board["panels"]:
        g = panel["gridPos"]
        if g["x"] + g["w"] > 24:
            yield f"grid: '{panel['title']}' is wider than the page"
        for x in range(g["x"], g["x"] + g["w"]):
            for y in range(g["y"], g["y"] + g["h"]):
                other = taken.setdefault((x, y), panel["title"])
                if other != panel["title"]:
                    yield f"grid: '{panel['title']}' lies over '{other}'"
                    return


def check_board(board):
    if board.get("editable") is not False:
        yield "uneditable-dashboard-rule: editable is not false"
    if not board.get("uid") or not board.get("links"):
        yield "uid and links: a provisioned dashboard has both"
    yield from check_templates(board)
    yield from check_grid(board)
    ids = [p["id"] for p in board["panels"]]
    if len(ids) != len(set(ids)):
        yield "panel ids are not unique"
    for panel in panels_of(board):
        for finding in check_panel(panel):
            yield f"'{panel.get('title')}': {finding}"


def main(files):
    boards = [json.load(open(f, encoding="utf-8")) for f in files]
    uids = {b["uid"] for b in boards}
    findings = [f"{f}: {x}" for f, b in zip(files, boards) for x in check_board(b)]
    for f, b in zip(files, boards):
        linked = set(re.findall(r"/d/([\w-]+)", json.dumps(b)))
        findings += [f"{f}: links to '{x}', which is not shipped" for x in linked - uids]
    print("\n".join(findings) if findings else
          f"{len(files)} dashboards, {sum(len(list(panels_of(b))) for b in boards)} panels: nothing found")
    return 1 if findings or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
