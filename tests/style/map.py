#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""daemon/README.md tells the truth. usage: map.py DAEMON_DIRECTORY

Every file of the directory is in the map, and every file of the map exists. The map is the
README's first block of code: one entry a line, `room/name.{h,c}   what it is`; a further line of
the same entry begins with white space; an entry that ends in a slash is a folder, with all in it.
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
    return 1 if missing or gone else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
