#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Each message of the configuration parser is in one of the N.out files.

usage: complete.py CONFIG_DIRECTORY
"""
import pathlib
import re
import sys

CALL = re.compile(r"\b(?:config_complain|config_problem|report|err_set)\(((?:[^;\"]|\"(?:\\.|[^\"\\])*\")*);")
WANTED = re.compile(r"\"(must be (?:\\.|[^\"\\])*)\"")
LITERALS = re.compile(r"\"((?:\\.|[^\"\\])*)\"(?:\s*\"((?:\\.|[^\"\\])*)\")?(?:\s*\"((?:\\.|[^\"\\])*)\")?")
# Messages that only a bug in libyaml causes, and messages that consist of others.
NEVER = {"unexpected YAML", "unreadable", "%s", "%s: %s"}
SPECIFIER = re.compile(r"%(?:\.(?:\d+|\*))?z?[a-z]")


def sentences(text):
    for call in CALL.finditer(text):
        for literal in LITERALS.finditer(call.group(1)):
            yield "".join(part or "" for part in literal.groups())
    yield from (wanted.group(1) for wanted in WANTED.finditer(text))


def main(room):
    said = "".join(out.read_text() for out in pathlib.Path(__file__).parent.glob("*.out"))
    missing = set()
    for source in pathlib.Path(room).glob("*.c"):
        for sentence in sentences(source.read_text()):
            sentence = sentence.replace('\\"', '"')
            if sentence in NEVER or len(SPECIFIER.sub("", sentence)) < 4:
                continue
            pattern = ".*".join(re.escape(part) for part in SPECIFIER.split(sentence))
            if not re.search(pattern, said):
                missing.add(f"{source.name}: no golden file contains the message: {sentence}")
    print("\n".join(sorted(missing)))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
