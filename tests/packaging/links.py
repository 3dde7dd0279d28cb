#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every relative link of the documentation leads to a file and, after #, to a heading of that file.

usage: links.py TOP_DIRECTORY
"""
import re
import sys
from pathlib import Path


def pages(top):
    yield from sorted(top.glob("*.md"))
    for folder in ("docs", "daemon", "packaging", "tests"):
        yield from sorted((top / folder).rglob("*.md"))


def anchors(page):
    """As Markdown viewers derive them from headings: lower case, words joined with hyphens."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S)
    for heading in re.findall(r"^#+ (.+)$", text, re.M):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def broken(page):
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(), flags=re.M | re.S)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = link.partition("#")
        if re.match(r"\w+:", link):
            continue
        target = page.parent / path if path else page
        if not target.exists():
            yield f"{link}: no such file"
        elif anchor and anchor not in anchors(target):
            yield f"{link}: no such heading"


def main(top):
    found = [f"{page}: {problem}" for page in pages(Path(top)) for problem in broken(page)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
