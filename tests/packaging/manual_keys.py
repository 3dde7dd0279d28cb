#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The documentation agrees with the program. usage: manual_keys.py TOP_DIRECTORY

Every key of conf/dropwatchd.yaml, commented out or not, is in dropwatchd.yaml(5) with the same default
and the same word on reload, and the manual has no key that the program does not know. The same is true of
the options in dropwatchd(8) and the completion, the metrics that the manual names, and the keys
that the program's own messages, README.md, docs/ and the runbook name. docs/metrics.md has all metrics.
"""
import pathlib
import re
import sys


def conf_keys(text):
    """path -> (default, live) of each `#key: value  # live|restart` line."""
    section, keys = "", {}
    for line in text.splitlines():
        top = re.match(r"(\w+):\s*$", line)
        key = re.match(r"( *)#(\w+): (.*?) +# (live|restart)$", line)
        if top:
            section = top.group(1) + "."
        elif key:
            path = (section if key.group(1) else "") + key.group(2)
            keys[path] = key.group(3).strip(), key.group(4) == "live"
    return keys


def plain(text):
    """mdoc to words: macros and escapes off."""
    text = text.replace(r"\(dq", '"').replace(r"\&", "")
    text = re.sub(r"^\.(?:Li|Cm|Pa|Em|Ar|Sx|Xr|Dv) (.*)$", r"\1", text, flags=re.M)
    return re.sub(r"\s+", " ", text)


def manual_items(text):
    """key -> text, of each `.It Cm key : ...` item."""
    items = re.findall(r"^\.It Cm ([\w.]+) :[^\n]*\n(.*?)(?=^\.(?:It|El|Bl|Sh|Ss)\b)", text,
                       flags=re.M | re.S)
    return {key: plain(body) for key, body in items}


def schema_keys(text):
    return set(re.findall(r'^\t\{ "([\w.]+)", CONFIG_', text, flags=re.M))


def strings(text):
    """What C's string literals say, those that stand together as one."""
    literal = r'"(?:[^"\\\n]|\\.)*"'
    for chain in re.findall(rf"{literal}(?:\s*{literal})*", text):
        yield "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', chain))


def strange_keys(text, known):
    """Words that read like section.key, but are no keys."""
    sections = {path.split(".")[0] for path in known if "." in path}
    for word in re.findall(r"(?<![\w./])(?:[a-z]+\.)+[a-z_]+(?![\w./(])", text):
        if word not in known and sections & set(word.split(".")[:-1]):
            yield word


def missing_metrics(page, metrics):
    """The tables of docs/metrics.md name each row of metrics.c, and no other; `_x` stands for dropwatchd_x."""
    rows = "".join(re.findall(r"^\| `dropwatchd?_[^|]*\|", page, flags=re.M))
    named = {re.sub("^_", "dropwatchd_", name) for name in re.findall(r"`((?:dropwatchd?)?_\w+)", rows)}
    known = set(re.findall(r'^\t\{ "(dropwatchd?_\w+)"', metrics, flags=re.M))
    yield from (f"docs/metrics.md: {name} is missing" for name in sorted(known - named))
    yield from (f"docs/metrics.md: there is no metric {name}" for name in sorted(named - known))


def compare(keys, items, known):
    for path, (default, live) in keys.items():
        body = items.get(path)
        if body is None:
            yield f"{path} is in conf/dropwatchd.yaml, not in the manual"
            continue
        if default != "[]" and default not in body:
            yield f"{path}: its default {default} is not in the manual: {body}"
        if live != bool(re.search(r"\blive\b", body, re.I)):
            yield f"{path}: is {'live' if live else 'for a restart'}, the manual says otherwise"
    for key in sorted(set(items) - known):
        yield f"{key} is in the manual, but the program does not know it"
    for key in sorted(known - set(items)):
        yield f"{key} is known to the program, but not in the manual"


def main(top):
    top = pathlib.Path(top)
    manual = (top / "packaging/man/dropwatchd.yaml.5").read_text()
    items = manual_items(manual)
    known = schema_keys((top / "daemon/config/config_schema.c").read_text())
    # The labels of a match are a list of their own, without a colon.
    items |= {key: "" for key in re.findall(r"^\.It Cm (\w+)$", manual, flags=re.M)}
    keys = conf_keys((top / "conf/dropwatchd.yaml").read_text())
    problems = list(compare(keys, items, known))
    if len(keys) < 15:
        problems.append("too few keys found in conf/dropwatchd.yaml; has its form changed?")
    texts = {name: (top / name).read_text()
             for name in ("README.md", "packaging/prometheus/runbook.md",
                          *(f"docs/{path.name}" for path in sorted((top / "docs").glob("*.md"))))}
    texts |= {str(path.relative_to(top)): "\n".join(strings(path.read_text()))
              for path in (top / "daemon").rglob("*.c")}
    for name, text in texts.items():
        problems += [f"{name}: {word} is no key" for word in strange_keys(text, known)]
    options = re.findall(r'^\t\t\{ "([\w.-]+)", (?:no|required)_argument',
                         (top / "daemon/main.c").read_text(), flags=re.M)
    page = (top / "packaging/man/dropwatchd.8").read_text()
    completion = (top / "packaging/completion/dropwatchd").read_text()
    for option in options:
        if not re.search(rf"^\.It Fl -{re.escape(option)}\b", page, flags=re.M):
            problems.append(f"--{option} is not in dropwatchd(8)")
        if f"--{option}" not in completion:
            problems.append(f"--{option} is not completed by bash")
    named = re.search(r"^\.It Cm protocol\n.*?^\.Li ([^\n]*)$", manual, flags=re.M | re.S)
    protocols = (top / "daemon/aggregate/protocols.c").read_text()
    for word in re.findall(r"[\w-]+", named.group(1)):
        if f'"{word}"' not in protocols:
            problems.append(f"{word} is in the manual, but is no value of the label protocol")
    metrics = (top / "daemon/expose/metrics.c").read_text()
    problems += missing_metrics(texts["docs/metrics.md"], metrics)
    for name in re.findall(r"^\.(?:It )?Li (dropwatchd?_\w*[a-z])$", page + manual, flags=re.M):
        if f'"{name}"' not in metrics:
            problems.append(f"{name} is in the manual, but there is no such metric")
    print("\n".join(problems))
    return 1 if problems or not options else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
