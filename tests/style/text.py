#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The form of source files and commit messages. usage: text.py TOP_DIRECTORY

Each source file begins with its licence, always in the same form. Lines have no trailing white space, C lines at most
100 columns. A function has at most 60 lines, a header is included once. No two files of daemon/
define static functions of one name, so that grep finds the one that is meant. Long files are reported
without failing. The subject of a commit has the form "directory: what" and at most 72 columns. Some phrases
are never right.
"""
import pathlib
import re
import subprocess
import sys

SOURCES = {".c", ".h", ".py", ".sh", ".cmake", ".css", ".js", ".html"}
NAMES = {"CMakeLists.txt", "run", "quickstart", "install-deps", "build-deb"}
SKIP = re.compile(r"^(build|build-[^/]*|\.git)(/|$)|/(corpus|captures)/")
LICENCE = "SPDX-License-Identifier: GPL-2.0-or-later"
COMMENTS = {".c": "/* {} */", ".h": "/* {} */", ".css": "/* {} */", ".js": "/* {} */", ".html": "<!-- {} -->"}
COLUMNS = 100
FUNCTION_LINES = 60
FILE_LINES = 400
SUBJECT = re.compile(r"[\w./ ,{}-]+: \S.*[^.\s]")
SUBJECT_COLUMNS = 72
WITH_PHRASES = {"LICENSE", "tests/style/text.py"}
# Phrases that are translated word by word, in any text of the project.
TRANSLATED = re.compile(r"(?<![a-z])(told|learnt|whoever|so many|to be had|own accord|away with it|what it takes|"
                        r"overrule[ds]?|set going|honestly)(?![a-z])", re.I)
COMMITS_SINCE = "2026-11-21T20:30:00Z"  # earlier subjects have other forms


def is_source(path):
    return path.suffix in SOURCES or path.name in NAMES


def functions(lines):
    """(line number, lines of the body) of each function: kernel style has both braces at column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            yield start, number - start - 1
            start = None


def check_c(path, lines):
    for number, line in enumerate(lines, 1):
        if len(line.expandtabs(8)) > COLUMNS:
            yield number, f"more than {COLUMNS} columns"
    if path.suffix == ".h" and "#pragma once" not in lines:
        yield 1, "a header without #pragma once"
    for number, length in functions(lines):
        if length > FUNCTION_LINES:
            yield number, f"a function of {length} lines, {FUNCTION_LINES} is the limit"


def same_names(top):
    """Static functions that several files of daemon/ define; the eBPF program is apart."""
    files = {}
    for path in sorted((top / "daemon").rglob("*.c")):
        if not path.name.endswith(".bpf.c"):
            for name in set(re.findall(r"^static [\w *]*?\b(\w+)\(", path.read_text(), flags=re.M)):
                files.setdefault(name, []).append(path.relative_to(top).as_posix())
    return {name: paths for name, paths in files.items() if len(paths) > 1}


def check(path, lines):
    licence = COMMENTS.get(path.suffix, "# {}").format(LICENCE)
    if lines[lines[0].lower().startswith(("#!", "<!doctype"))] != licence:
        yield 1, f"does not begin with {licence}"
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, "trailing white space"
    if path.suffix in (".c", ".h"):
        yield from check_c(path, lines)


def texts(top):
    """The lines of each file, without recordings and other data."""
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top).as_posix()
        if SKIP.search(name) or name in WITH_PHRASES or not path.is_file():
            continue
        try:
            yield name, path.read_text().split("\n")
        except UnicodeDecodeError:
            continue


def check_phrases(top):
    for name, lines in texts(top):
        for number, line in enumerate(lines, 1):
            found = TRANSLATED.search(line)
            if found:
                yield f'{name}:{number}: "{found.group()}": use an established phrase'


def subjects(top):
    """(commit, subject) of the commits in this checkout, which may be shallow; none without git."""
    log = subprocess.run(["git", "-C", top, "log", "--no-merges", f"--since={COMMITS_SINCE}", "--format=%h %s"],
                         capture_output=True, text=True, check=False)
    if log.returncode:
        print(f"note: commit messages are not checked: {log.stderr.strip()}")
    return [line.split(" ", 1) for line in log.stdout.splitlines()]


def check_commits(top):
    for commit, subject in subjects(top):
        if len(subject) > SUBJECT_COLUMNS:
            yield f"commit {commit}: the subject has {len(subject)} columns, {SUBJECT_COLUMNS} is the limit"
        if not SUBJECT.fullmatch(subject):
            yield f'commit {commit}: the subject "{subject}" is not of the form "directory: what"'


def check_names(top):
    for name, paths in same_names(top).items():
        yield f"{', '.join(paths)}: each defines a function {name}()"


def main(top):
    top = pathlib.Path(top)
    found = 0
    for problem in [*check_commits(top), *check_phrases(top), *check_names(top)]:
        print(problem)
        found = 1
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top).as_posix()
        if SKIP.search(name) or not path.is_file() or not is_source(path):
            continue
        lines = path.read_text().split("\n")
        for number, what in check(path, lines):
            print(f"{name}:{number}: {what}")
            found = 1
        if path.suffix == ".c" and len(lines) > FILE_LINES:
            print(f"note: {name} has {len(lines)} lines; aim at about {FILE_LINES}")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
