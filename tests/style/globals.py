#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""No globals. usage: globals.py LIBRARY...

At file scope the daemon's libraries hold constants only, and the log level: so says the symbol
table. (.data.rel.ro holds constants with addresses in them.)
"""
import subprocess
import sys

ALLOWED = {("log.c.o", "level"), ("log.c.o", "log_level")}


def main(libraries):
    found = 0
    for library in libraries:
        table = subprocess.run(["nm", "--format=sysv", "--defined-only", library],
                               check=True, capture_output=True, text=True).stdout
        member = ""
        for line in table.splitlines():
            if line.startswith("Symbols from "):
                member = line.split("[")[-1].rstrip("]:")
            fields = [field.strip() for field in line.split("|")]
            if len(fields) < 7 or fields[3] not in ("OBJECT", "TLS"):
                continue
            name, section = fields[0].split(".")[0], fields[6].split()[-1]
            if section.startswith((".data.rel.ro", ".rodata")) or (member, name) in ALLOWED:
                continue
            print(f"{library}: {member}: {fields[0]} is a global variable ({section})")
            found = 1
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
