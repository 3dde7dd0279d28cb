#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""daemon/README.md and CONTRIBUTING.md agree with the files. usage: map.py DAEMON_DIRECTORY

Every file of the directory is in the map, and every file of the map exists. The map is the first block
of code in README.md, with one entry per line: `directory/name.{h,c}   description`. A continuation line
begins with white space. An entry that ends in a slash is a directory with all of its files.

Each source file of the core has a unit test, or CONTRIBUTING.md names the tests that cover it.
"""
import itertools
import pathlib
import re
import sys


def expand(entry):
    """a.{h,c} -> a.h a.c"""
    parts = re.split(r"\{([^}]*)\}", entry)
    choices = [part.split(",") if i % 2 else [part] for i, part in enumerate(parts)]
    return ["".join(choice) for choice in itertools.product(*choices)]


def mapped(readme):
    block = re.search(r"^```\w*\n(.*?)^```", readme, re.S | re.M)
    if not block:
        sys.exit("map.py: README.md has no block of code")
    for line in block.group(1).splitlines():
        if line and not line[0].isspace():
            yield from expand(line.split()[0])


def untested(top):
    """Source files of the core with neither a test of their own nor an entry in CONTRIBUTING.md, or both."""
    core = re.search(r"^set\(core\n(.*?)\)", (top / "CMakeLists.txt").read_text(), re.M | re.S)
    covered = set(re.findall(r"`(\w+\.c)`", (top.parent / "CONTRIBUTING.md").read_text()))
    for name in core.group(1).split():
        room, _, file = name.rpartition("/")
        own = top.parent / "tests/unit" / room / f"test_{file}"
        if own.exists() == (file in covered):
            yield name


def main(top):
    top = pathlib.Path(top)
    entries = set(mapped((top / "README.md").read_text()))
    folders = tuple(entry for entry in entries if entry.endswith("/"))
    files = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
    missing = sorted(name for name in files
                     if name not in entries and not (folders and name.startswith(folders)))
    gone = sorted(entry for entry in entries if not (top / entry).exists())
    for name in missing:
        print(f"daemon/README.md: {name} is not in the map")
    for name in gone:
        print(f"daemon/README.md: {name} is in the map, but does not exist")
    wrong = list(untested(top))
    for name in wrong:
        print(f"CONTRIBUTING.md: {name} has neither a test nor an entry, or both")
    return 1 if missing or gone or wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
