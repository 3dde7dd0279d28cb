#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every function and reason that rules, classes, explanations and counters name exists in a kernel.

The file "known" lists the names, and which of the kernels that we test with have each (see list).
- A name that none of them has is an error: it was mistyped, or went with an old kernel.
- A reason that rules name must have an explanation, which is read from the kernel's headers.
- A drop point of tests/vm/scenarios/table-rows must be in tests/unit/drop_points.h, whose tests hold
  its class and its explanation.
- A match of a rule and a drop point of a counter must name a function that the kernel has, for each
  of the kernels: where a function is renamed or inlined elsewhere, they would miss what they are for.
usage: check.py [--names] TOP_DIRECTORY COUNTERS; --names prints the names. COUNTERS is the program
tests/tools/counters. Exit code 1: see above.
"""
import fnmatch
import re
import subprocess
import sys
from pathlib import Path

import yaml

OURS = {"other", "unknown"}  # no functions, but values of the label


def as_list(value):
    return value if isinstance(value, list) else [value]


def matches_of(rules):
    for rule in rules or []:
        yield from as_list(rule.get("match", []))


def yaml_blocks(text):
    """The examples of the documentation: parts of a configuration."""
    for block in re.findall(r"```yaml\n(.*?)```", text, re.S):
        loaded = yaml.safe_load(block)
        yield from matches_of(loaded if isinstance(loaded, list) else loaded.get("alerts"))


def matches_of_files(top):
    classes = yaml.safe_load((top / "conf/classes.yaml").read_text())["classes"]["rules"]
    alerts = yaml.safe_load((top / "conf/dropwatchd.yaml").read_text())["alerts"]
    for where, matches in (("conf/classes.yaml", matches_of(classes)),
                           ("conf/dropwatchd.yaml", matches_of(alerts)),
                           ("docs/alerts.md", yaml_blocks((top / "docs/alerts.md").read_text()))):
        for match in matches:
            yield where, match


def points_of_counters(program):
    """(where, symbols, reasons) of each drop point of a counter; [] is any."""
    for line in subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines():
        name, _, _, _, *points = line.split("\t")
        for symbols, reasons in zip(points[::4], points[1::4]):
            yield f"counter {name}", *(globs.split(",") if globs != "*" else [] for globs in (symbols, reasons))


def symbols_of_rules(top, program):
    """(where, the symbols of one match): the rule sees a drop if one of them fits."""
    for where, match in matches_of_files(top):
        if "symbol" in match:
            yield where, as_list(match["symbol"])
    for where, symbols, _ in points_of_counters(program):
        if symbols:
            yield where, symbols


def reasons_of_rules(top, program):
    """(where, a reason that a rule names)"""
    for where, _, reasons in points_of_counters(program):
        for reason in reasons:
            yield where, reason
    for where, match in matches_of_files(top):
        for reason in as_list(match.get("reason", [])):
            yield where, reason
    path = "packaging/prometheus/alerting.rules.yml"
    for pattern in re.findall(r'reason=~?"([^"]*)"', (top / path).read_text()):
        for reason in re.findall(r"[A-Z][A-Z0-9_]+", pattern):
            yield path, reason


def unknown_reasons(top, program):
    explained = (top / "daemon/expose/explain_reasons.c").read_text()
    known = re.findall(r'^\t\{ "(\w+)",', explained, re.M)
    for where, reason in reasons_of_rules(top, program):
        if reason and not fnmatch.filter(known, reason):
            yield f"{where}: daemon/expose/explain_reasons.c has no reason {reason}"


def symbols_of_texts(top):
    explained = "".join((top / f"daemon/expose/explain_{name}.c").read_text()
                        for name in ("symbols", "pairs"))
    tables = {name: body for name, body in
              re.findall(r"explain_(symbols|prefixes|pairs)\[\] = \{\n(.*?)\n\};", explained, re.S)}
    for table, body in tables.items():
        for name in re.findall(r'^\t\{ "([a-z_]\w*)",', body, re.M):
            yield f"explanation of {table}", [name + "*" * (table == "prefixes")]
    tested = (top / "tests/unit/drop_points.h").read_text()
    for name in re.findall(r'^\t\{ "(\w+)", "', tested, re.M):
        yield "drop_points.h", [name]


def names_of(top, program):
    of_rules, of_texts = list(symbols_of_rules(top, program)), list(symbols_of_texts(top))
    assert len(of_rules) > 10 and len(of_texts) > 100
    return of_rules, of_texts, {name for _, names in of_rules + of_texts for name in names} - OURS


def known_in(path):
    lines = [line.split() for line in path.read_text().splitlines() if not line.startswith("#")]
    return {line[0]: set(line[1:]) for line in lines}


def findings(top, program):
    of_rules, of_texts, names = names_of(top, program)
    known = known_in(top / "tests/symbols/known")
    kernels = set().union(*known.values())
    assert len(kernels) >= 3
    for name in sorted(names - known.keys()):
        yield f"{name} is not in tests/symbols/known; make it anew with tests/symbols/list"
    for where, symbols in of_rules + of_texts:
        for name in symbols:
            if not known.get(name, kernels) and name not in OURS:
                yield f"{where}: no kernel has {name}"
    for where, symbols in of_rules:
        have = set().union(*(known.get(name, kernels) for name in symbols))
        if have != kernels:
            yield f"{where}: Linux {', '.join(sorted(kernels - have))} has none of {', '.join(symbols)}"


def points_of_table(top):
    """(symbol, reason) of each row: with the reason, and without where summary mode is a source."""
    for line in (top / "tests/vm/scenarios/table-rows").read_text().splitlines():
        fields = line.split()
        if not fields or fields[0].startswith("#"):
            continue
        sources, symbols, reason = fields[2:5]
        for symbol in symbols.split("|"):
            if reason != "-":
                yield symbol, reason
            if reason == "-" or sources == "any" or "S" in sources:
                yield symbol, ""


def untested(top):
    tested = set(re.findall(r'^\t\{ "(\w+)", "(\w*)"', (top / "tests/unit/drop_points.h").read_text(), re.M))
    for symbol, reason in points_of_table(top):
        if (symbol, reason) not in tested:
            yield f'table-rows: tests/unit/drop_points.h does not have {symbol}, reason "{reason}"'


def main(arguments):
    if arguments[0] == "--names":
        print("\n".join(sorted(names_of(Path(arguments[1]), arguments[2])[2])))
        return 0
    top, program = Path(arguments[0]), arguments[1]
    found = sorted({*findings(top, program), *unknown_reasons(top, program), *untested(top)})
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
