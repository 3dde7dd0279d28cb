#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Which room may know what. usage: doors.py DAEMON_DIRECTORY

A room includes base/, config/config.h, itself and the hop just upstream of it, and never a room above
it. A folder inside a room does not include the room's other folders. No file includes itself by way of
others: a.c and a.h count as one module, and a header without a .c of its own as part of each file that
includes it. Each foreign library, the clock, the log and exit() have their homes. Prints every breach
as file:line and exits 1 if there was one.
"""
import pathlib
import re
import sys

# What each room may include besides base/, config/config.h and itself. The lowest room is first.
ROOMS = {
    "base": [],
    "config": [],
    "ring": [],
    "source": [],
    "aggregate": ["source/drop_event.h", "source/source_stats.h"],
    "ledger": ["aggregate/snapshot.h"],
    "alert": ["aggregate/snapshot.h", "ledger/ledger.h"],
    "service": ["aggregate/snapshot.h", "alert/status.h"],
    "server": [],
    "expose": ["aggregate/snapshot.h", "ledger/ledger.h", "server/content.h", "alert/status.h"],
}
# base/ stands below everything.
NOTHING_BUT_ITSELF = {"base"}
# These see the whole house.
ANYWHERE = re.compile(r"^(main\.c|daemon\.[ch]|reporter\.[ch]|check\.[ch]|ctl/.*)$")
# Single doors: (file, header) pairs that the rule above does not give.
ALSO = {
    ("source/source_thread.h", "ring/ring.h"),      # a thread loop knows the ring it works on
    ("source/source_thread.c", "ring/ring.h"),
    ("aggregate/aggregator.h", "ring/ring.h"),
    ("aggregate/aggregator.c", "ring/ring.h"),
    ("source/replay/replay.c", "source/netdm/netdm_parse.h"),  # a recording of NET_DM's messages
    ("source/replay/family.c", "source/netdm/netdm_parse.h"),
}
# Foreign headers and where they live.
HOMES = [
    (r"netlink/", {"source/netdm/netdm_ctl.c", "source/netdm/netdm_events.c"}),
    (r"bpf/(bpf_helpers|bpf_tracing|bpf_core_read|bpf_endian)\.h",
     {"source/tracepoint/tracepoint.bpf.c"}),
    (r"bpf/", {"source/tracepoint/tracepoint_btf.c", "source/tracepoint/tracepoint_counts.c",
               "source/tracepoint/tracepoint_load.c"}),
    (r"yaml\.h", {"config/config_yaml.c"}),
    (r"microhttpd\.h", {"server/http.c", "server/head.c", "server/reply.c"}),
    (r"systemd/", {"daemon.c", "service/notify.c"}),
]
# Calls and where they live; comments and strings do not count.
CALLS = [
    (r"\b(clock_gettime|gettimeofday|time)\s*\(", {"base/clock.c"}, "only base/clock.c asks the time"),
    (r"\b(exit|_exit|quick_exit)\s*\(", {"main.c"}, "only main.c ends the program"),
    (r"\blog_(error|warning|info|debug|line)\s*\(",
     {"main.c", "daemon.c", "reporter.c", "base/log.c", "base/log.h", "source/source_thread.c",
      "source/source_log.c", "aggregate/aggregator.c", "aggregate/naming_log.c",
      "ledger/canary_log.c", "ledger/ledger_thread.c", "server/http.c", "alert/journal.c"},
     "libraries return errors; main, daemon.c and thread loops log them"),
]


def code_of(text):
    """The text with comments and string contents blanked, line numbers kept."""
    blank = lambda m: re.sub(r"[^\n]", " ", m.group())
    return re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"", blank, text, flags=re.S)


def is_upward(name, header):
    """Does a file include a room above its own? What lies in no room is above all of them."""
    rooms = list(ROOMS)
    room, other = name.split("/")[0], header.split("/")[0]
    return room in rooms and other in rooms and rooms.index(other) > rooms.index(room)


def is_sideways(name, header):
    """Does a file in a folder of a room include another folder of that room?"""
    file, other = name.split("/"), header.split("/")
    return len(file) == len(other) == 3 and file[0] == other[0] and file[1] != other[1]


def includes_of(text):
    return re.findall(r'^\s*#\s*include\s*"([^"]+)"', text, flags=re.M)


def module_graph(texts):
    """module -> modules, of file -> text."""
    def module(name):
        return re.sub(r"(\.bpf)?\.[ch]$", "", name)

    def add(name, ret):
        for header in includes_of(texts[name]):
            if header in texts and header not in ret:
                ret.add(header)
                if module(header) + ".c" not in texts:
                    add(header, ret)

    graph = {}
    for name in texts:
        headers = set()
        add(name, headers)
        owners = {module(header) for header in headers if module(header) + ".c" in texts}
        graph.setdefault(module(name), set()).update(owners)
    return {name: sorted(others - {name}) for name, others in graph.items()}


def file_graph(texts):
    return {name: [header for header in includes_of(text) if header in texts] for name, text in texts.items()}


def cycles(graph):
    """Each cycle that a walk through the modules meets, as the list of them."""
    done = set()

    def walk(path):
        for other in graph.get(path[-1], ()):
            if other in path:
                yield path[path.index(other):] + [other]
            elif other not in done:
                yield from walk(path + [other])
        done.add(path[-1])

    for name in sorted(graph):
        if name not in done:
            yield from walk([name])


def may_include(name, header):
    room = name.split("/")[0]
    if ANYWHERE.match(name) or (name, header) in ALSO:
        return True
    if is_sideways(name, header):
        return False
    if room in NOTHING_BUT_ITSELF:
        return header.startswith(room + "/")
    return (header == "config/config.h" or header.startswith(("base/", room + "/"))
            or header in ROOMS[room])


def breaches_of(name, text):
    if "/" in name and name.split("/")[0] not in ROOMS and not ANYWHERE.match(name):
        yield 1, "this room is not in the table of doors.py"
        return
    for number, line in enumerate(text.splitlines(), 1):
        include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not include:
            continue
        kind, header = include.groups()
        # A header without a folder is one that the build generates.
        if kind == '"' and "/" in header and is_upward(name, header):
            yield number, f"includes {header}, which is above it"
        elif kind == '"' and "/" in header and not may_include(name, header):
            yield number, f"may not include {header}"
        home = next((files for pattern, files in HOMES if re.match(pattern, header)), None)
        if kind == "<" and home is not None and name not in home:
            yield number, f"<{header}> belongs to {', '.join(sorted(home))}"
    for number, line in enumerate(code_of(text).splitlines(), 1):
        for pattern, home, why in CALLS:
            if name not in home and re.search(pattern, line):
                yield number, why


def strangers(readme):
    """Homes of foreign libraries that the section on includes does not name."""
    doors = re.search(r"^## Includes\n(.*?)^## ", readme, flags=re.M | re.S).group(1)
    named = set(re.findall(r"`([\w/.]+\.c)`", doors))
    for _, files in HOMES:
        yield from sorted(file for file in files
                          if not named & {file, file.split("/")[-1]} and ".bpf." not in file)


def main(top):
    found = 0
    for file in strangers((pathlib.Path(top) / "README.md").read_text()):
        print(f"daemon/README.md: the section Includes does not name {file}")
        found = 1
    texts = {path.relative_to(top).as_posix(): path.read_text()
             for path in sorted(pathlib.Path(top).rglob("*.[ch]"))}
    for name, text in texts.items():
        for number, what in breaches_of(name, text):
            print(f"{top}/{name}:{number}: {what}")
            found = 1
    for cycle in [*cycles(file_graph(texts)), *cycles(module_graph(texts))]:
        print(f"{top}: {' includes '.join(cycle)}")
        found = 1
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
