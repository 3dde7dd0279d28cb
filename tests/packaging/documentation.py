#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The documentation agrees with what the program prints.

usage: documentation.py DROPWATCHD COUNTERS TOP_DIRECTORY

--print-config shows the keys with their defaults, and which are live. conf/dropwatchd.yaml and
dropwatchd.yaml(5) say the same, and name no other key; nor do the README, docs/, the runbook and the
program's own messages. --help has the options of dropwatchd(8). docs/metrics.md has the metrics of
tests/golden/metrics.prom, which is what the program serves. docs/ledger.md has the counters that
COUNTERS prints (tests/tools/counters), how each is compared, and names none but its drop points.
"""
import fnmatch
import pathlib
import re
import subprocess
import sys
import tempfile

KEY = re.compile(r"( *)(?:- )?(\w+):(?: (.*?))?(?: +# (live|restart))?$")


class Program:
    def __init__(self, path):
        self.path = path

    def run(self, *arguments):
        return subprocess.run([self.path, *arguments], capture_output=True, text=True, check=False)

    def with_config(self, option, text):
        """What the program says of a configuration, without comments and empty lines."""
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text)
            file.flush()
            done = self.run(option, "--config", file.name)
        return "\n".join(line for line in (done.stdout + done.stderr).splitlines()
                         if line and not line.startswith("#"))

    def messages(self):
        """The texts in the program."""
        data = subprocess.run(["objcopy", "-O", "binary", "--only-section=.rodata", self.path, "/dev/stdout"],
                              stdout=subprocess.PIPE, check=True).stdout
        return "\n".join(text.decode() for text in re.findall(rb"[\t\n -~]{4,}", data))


def rows(text):
    """path, value and mark of each key in a configuration, in order; rules have no sections."""
    section = ""
    for line in text.splitlines():
        indent, name, value, mark = KEY.fullmatch(line).groups()
        if not indent and value is None and not mark:
            section = name + "."
        else:
            yield (section if indent else "") + name, value, mark


def shipped_rows(text):
    """The same of `#key: value  # live|restart` lines."""
    active = [re.sub("#", "", line, count=1) for line in text.splitlines()
              if re.fullmatch(r" *#\w+: .* +# (live|restart)", line) or re.fullmatch(r"\w+:", line)]
    yield from rows("\n".join(line for line in active if line != "alerts:"))


def rule_keys(text):
    """The keys of rules and matches in a printed configuration."""
    in_rules = re.split(r"^  rules: +# live$", text, flags=re.M)[1]
    return set(re.findall(r"(?:^ +(?:- )?|[{,] )(\w+): ", in_rules, flags=re.M))


def plain(text):
    """mdoc to words: without macros and escapes."""
    text = text.replace(r"\(dq", '"').replace(r"\&", "")
    text = re.sub(r"^\.(?:Li|Cm|Pa|Em|Ar|Sx|Xr|Dv) (.*)$", r"\1", text, flags=re.M)
    return re.sub(r"\s+", " ", text)


def manual_items(text):
    """key -> text, of each `.It Cm key : ...` item; labels of a match have no colon."""
    items = re.findall(r"^\.It Cm ([\w.]+) :[^\n]*\n(.*?)(?=^\.(?:It|El|Bl|Sh|Ss)\b)", text,
                       flags=re.M | re.S)
    labels = re.findall(r"^\.It Cm (\w+)$", text, flags=re.M)
    return {key: "" for key in labels} | {key: plain(body) for key, body in items}


def check_shipped(program, defaults, text):
    """conf/dropwatchd.yaml shows every key with its default; active, they are the defaults."""
    shipped = list(shipped_rows(text))
    printed = list(rows(defaults))
    yield from (f"conf/dropwatchd.yaml does not show {row}" for row in printed if row not in shipped)
    yield from (f"conf/dropwatchd.yaml: {row} is not what the program prints" for row in shipped
                if row not in printed)
    if shipped != printed:
        yield "conf/dropwatchd.yaml: the keys are not in the program's order"
    active = re.sub(r"^( *)#(\w+: .* +# (?:live|restart))$", r"\1\2",
                    text.partition("\nalerts:\n")[0], flags=re.M)
    if program.with_config("--print-config", active) != defaults:
        yield "conf/dropwatchd.yaml: with each # removed it is not the default configuration"


def check_manual(defaults, rules, text):
    items = manual_items(text)
    for path, value, mark in rows(defaults):
        body = items.get(path)
        if body is None:
            yield f"dropwatchd.yaml(5) lacks {path}"
            continue
        if value != "[]" and value not in body:
            yield f"dropwatchd.yaml(5): {path}: its default {value} is missing: {body}"
        if (mark == "live") != bool(re.search(r"\blive\b", body, re.I)):
            yield f"dropwatchd.yaml(5): {path}: whether a reload applies it is wrong"
    known = {path for path, _, _ in rows(defaults)} | rules
    yield from (f"dropwatchd.yaml(5) lacks {key}" for key in sorted(rules - set(items)))
    yield from (f"dropwatchd.yaml(5): there is no key {key}" for key in sorted(set(items) - known))


def check_protocols(program, text):
    """The protocols in the manual are values that drops can have."""
    names = re.search(r"^\.It Cm protocol\n.*?^\.Li ([^\n]*)$", text, flags=re.M | re.S).group(1)
    words = re.findall(r"[\w-]+", names)
    said = program.with_config("--check-config", "classes: { rules: [ { class: expected, match: { protocol: "
                               f"[{', '.join(words)}] }} }} ] }}\n")
    yield from (f"dropwatchd.yaml(5): {line}" for line in said.splitlines() if "protocol" in line)


def check_words(texts, defaults):
    """Words that read like section.key are keys, except names of pages."""
    known = {path for path, _, _ in rows(defaults)}
    sections = {path.split(".")[0] for path in known if "." in path}
    for name, text in texts.items():
        for word in re.findall(r"(?<![\w./])(?:[a-z]+\.)+[a-z_]+(?![\w./(])", text):
            if not word.endswith(".md") and word not in known and sections & set(word.split(".")[:-1]):
                yield f"{name}: there is no key {word}"


def check_options(program, page):
    shown = set(re.findall(r"^ +(?:-\w, )?--([\w.-]+)", program.run("--help").stdout, flags=re.M))
    named = set(re.findall(r"^\.It Fl -([\w.-]+)", page, flags=re.M))
    yield from (f"dropwatchd(8) lacks --{option}" for option in sorted(shown - named))
    yield from (f"--help lacks --{option}" for option in sorted(named - shown))
    if not shown:
        yield "--help shows no option"


def check_metrics(served, page, manuals):
    """The tables of docs/metrics.md name each metric, and no other; `_x` stands for dropwatchd_x."""
    known = set(re.findall(r"^# TYPE (dropwatchd?_\w+) ", served, flags=re.M))
    first = "".join(re.findall(r"^\| `dropwatchd?_[^|]*\|", page, flags=re.M))
    named = {re.sub("^_", "dropwatchd_", name) for name in re.findall(r"`((?:dropwatchd?)?_\w+)", first)}
    yield from (f"docs/metrics.md: {name} is missing" for name in sorted(known - named))
    yield from (f"docs/metrics.md: there is no metric {name}" for name in sorted(named - known))
    for name in re.findall(r"^\.(?:It )?Li (dropwatchd?_\w*[a-z])$", manuals, flags=re.M):
        if name not in known:
            yield f"the manual names {name}, but there is no such metric"


def ledger_rows(page):
    """The counters of each row, how they are compared, and the text about their drop points."""
    for names, compared, _, text in re.findall(r"^\| (`\w+\..*?) \| (.*?) \| (.*?) \| (.*) \|$", page, flags=re.M):
        yield re.findall(r"`(.*?)`", names), compared, text


def check_ledger(printed, page):
    """docs/ledger.md has each counter once. A function or reason that it names is one of the drop points."""
    relations, globs = {}, {}
    for name, _, relation, _, *points in (line.split("\t") for line in printed.splitlines()):
        relations[name] = {"same": "exact"}.get(relation, relation)
        globs[name] = [glob for field in points if field != "*" for glob in field.split(",")]
    named = [name for names, _, _ in ledger_rows(page) for name in names]
    for name in sorted(relations.keys() | set(named)):
        if named.count(name) != (name in relations):
            yield f"docs/ledger.md: {name} is there {named.count(name)} times, in the program {name in relations:d}"
    for names, compared, text in ledger_rows(page):
        if {relations.get(name, compared) for name in names} != {compared}:
            yield f'docs/ledger.md: {", ".join(names)}: not compared "{compared}"'
        for word in re.findall(r"`([a-z0-9]*_[a-z0-9_]*|[A-Z0-9_]+)`", text):
            if not any(fnmatch.fnmatchcase(word, glob) for name in names for glob in globs.get(name, [])):
                yield f"docs/ledger.md: {word} is no drop point of {', '.join(names)}"


def main(path, counters, top):
    top = pathlib.Path(top)
    read = lambda name: (top / name).read_text()
    program = Program(path)
    defaults = program.with_config("--print-config", "")
    rules = rule_keys(program.with_config("--print-config", read("tests/golden/config/all-keys.yaml")))
    pages = {name: read(name) for name in
             ("README.md", "packaging/prometheus/runbook.md",
              *(f"docs/{page.name}" for page in sorted((top / "docs").glob("*.md"))))}
    manual5, manual8 = read("packaging/man/dropwatchd.yaml.5"), read("packaging/man/dropwatchd.8")
    problems = [*check_shipped(program, defaults, read("conf/dropwatchd.yaml")),
                *check_manual(defaults, rules, manual5),
                *check_protocols(program, manual5),
                *check_words(pages | {"the program": program.messages()}, defaults),
                *check_options(program, manual8),
                *check_ledger(Program(counters).run().stdout, pages["docs/ledger.md"]),
                *check_metrics(read("tests/golden/metrics.prom"), pages["docs/metrics.md"], manual5 + manual8)]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
