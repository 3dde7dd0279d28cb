#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every function that rules, classes and explanations name exists in a kernel.

The file "known" lists the names, and which of the kernels that we test with have each (see list).
- A name that none of them has is an error: it was mistyped, or went with an old kernel.
- A match of a rule must name a function that the kernel has, for each of the kernels: where a
  function is renamed or inlined elsewhere, the rule would miss what it is for.
usage: check.py [--names] TOP_DIRECTORY; --names prints the names. Exit code 1: see above.
"""
import re
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
    """The examples of the README: parts of a configuration, which need not stand alone."""
    for block in re.findall(r"```yaml\n(.*?)```", text, re.S):
        loaded = yaml.safe_load(block)
        yield from matches_of(loaded if isinstance(loaded, list) else loaded.get("alerts"))


def symbols_of_rules(top):
    """(where, the symbols of one match): the rule sees a drop if one of them fits."""
    classes = yaml.safe_load((top / "conf/classes.yaml").read_text())["classes"]["rules"]
    alerts = yaml.safe_load((top / "conf/dropwatchd.yaml").read_text())["alerts"]
    for where, matches in (("conf/classes.yaml", matches_of(classes)),
                           ("conf/dropwatchd.yaml", matches_of(alerts)),
                           ("README.md", yaml_blocks((top / "README.md").read_text()))):
        for match in matches:
            if "symbol" in match:
                yield where, as_list(match["symbol"])


def symbols_of_texts(top):
    explained = (top / "daemon/base/explain_symbols.c").read_text()
    tables = {name: body for name, body in
              re.findall(r"explain_(symbols|prefixes|pairs)\[\] = \{\n(.*?)\n\};", explained, re.S)}
    for table, body in tables.items():
        for name in re.findall(r'^\t\{ "([a-z_]\w*)",', body, re.M):
            yield "explain_symbols.c", [name + "*" * (table == "prefixes")]
    tested = (top / "tests/unit/drop_points.h").read_text()
    for name in re.findall(r'^\t\{ "(\w+)", "', tested, re.M):
        yield "drop_points.h", [name]


def names_of(top):
    of_rules, of_texts = list(symbols_of_rules(top)), list(symbols_of_texts(top))
    assert len(of_rules) > 10 and len(of_texts) > 100
    return of_rules, of_texts, {name for _, names in of_rules + of_texts for name in names} - OURS


def known_in(path):
    lines = [line.split() for line in path.read_text().splitlines() if not line.startswith("#")]
    return {line[0]: set(line[1:]) for line in lines}


def findings(top):
    of_rules, of_texts, names = names_of(top)
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


def main(arguments):
    if arguments[0] == "--names":
        print("\n".join(sorted(names_of(Path(arguments[1]))[2])))
        return 0
    found = sorted(set(findings(Path(arguments[0]))))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
