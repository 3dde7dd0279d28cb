#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""doors.py must find each kind of breach, and nothing in a clean file."""
import sys
import unittest

sys.dont_write_bytecode = True
import doors


class Doors(unittest.TestCase):
    def breaches(self, name, text):
        return [number for number, _ in doors.breaches_of(name, text)]

    def test_clean(self):
        self.assertEqual(self.breaches("server/http.c",
                                       '#include "server/http.h"\n#include <microhttpd.h>\n'
                                       '#include "base/err.h"\n#include "config/config.h"\n'), [])
        self.assertEqual(self.breaches("expose/page.c", '#include "aggregate/snapshot.h"\n'), [])

    def test_rooms(self):
        self.assertEqual(self.breaches("source/netdm/netdm.c", '#include "ring/ring.h"\n'), [1])
        self.assertEqual(self.breaches("server/http.c", '#include "aggregate/snapshot.h"\n'), [1])
        self.assertEqual(self.breaches("expose/metrics.c", '\n#include "aggregate/series.h"\n'), [2])
        self.assertEqual(self.breaches("base/err.c", '#include "config/config.h"\n'), [1])
        self.assertEqual(self.breaches("alert/alert.c", '#include "config/config_yaml.h"\n'), [1])
        self.assertEqual(self.breaches("cellar/x.c", ""), [1])

    def test_folders(self):
        for header, breaches in (("source/source.h", []), ("source/netdm/netdm_ctl.h", []),
                                 ("source/tracepoint/tracepoint_map.h", [1])):
            self.assertEqual(self.breaches("source/netdm/netdm.c", f'#include "{header}"\n'), breaches)
        self.assertEqual(self.breaches("source/source_set.c", '#include "source/netdm/netdm_ctl.h"\n'), [])

    def test_never_upward(self):
        for name, header in (("source/netdm.c", "aggregate/snapshot.h"), ("config/config.c", "source/drop_event.h"),
                             ("base/err.c", "config/config.h"), ("aggregate/symbols.c", "alert/alert.h")):
            (_, what), = doors.breaches_of(name, f'#include "{header}"\n')
            self.assertIn("above", what)
        for room, headers in doors.ROOMS.items():
            for header in headers:
                self.assertFalse(doors.is_upward(f"{room}/x.c", header), header)
        for name, header in doors.ALSO:
            self.assertFalse(doors.is_upward(name, header), name)

    def cycles(self, texts):
        texts = {name: "".join(f'#include "{header}"\n' for header in headers)
                 for name, headers in texts.items()}
        return [*doors.cycles(doors.module_graph(texts)), *doors.cycles(doors.file_graph(texts))]

    def test_no_cycles(self):
        texts = {"a/x.c": ["a/x.h", "a/y.h"], "a/x.h": [], "a/y.c": ["a/y.h"], "a/y.h": ["base/z.h"],
                 "base/z.h": [], "main.c": ["a/x.h", "revision.h"]}
        self.assertEqual(self.cycles(texts), [])
        self.assertEqual(self.cycles(texts | {"a/y.c": ["a/x.h"]}), [["a/x", "a/y", "a/x"]])
        self.assertEqual(self.cycles(texts | {"a/y.h": ["a/x.h"]}), [["a/x", "a/y", "a/x"]])

    def test_private_headers(self):
        inside = {"a/x.c": ["a/x.h", "a/x_inside.h"], "a/x_part.c": ["a/x_inside.h"], "a/x_inside.h": ["a/x.h"],
                  "a/x.h": []}
        self.assertEqual(self.cycles(inside), [])
        self.assertEqual(self.cycles(inside | {"a/x_inside.h": ["a/y.h"], "a/y.h": [], "a/y.c": ["a/x.h"]}),
                         [["a/x", "a/y", "a/x"]])

    def test_headers_alone(self):
        self.assertEqual(self.cycles({"a/x.h": ["a/y.h"], "a/y.h": ["a/x.h"], "a/z.c": ["a/x.h"]}),
                         [["a/x.h", "a/y.h", "a/x.h"]])

    def test_thread_loops_and_daemon_look_further(self):
        for name in "source/source_thread.c", "aggregate/aggregator.h", "daemon.c", "ctl/top.c":
            self.assertEqual(self.breaches(name, '#include "ring/ring.h"\n'), [])

    def test_foreign_libraries(self):
        for header in "netlink/genl/genl.h", "bpf/libbpf.h", "yaml.h", "microhttpd.h", "systemd/sd-bus.h":
            self.assertEqual(self.breaches("config/config.c", f"#include <{header}>\n"), [1], header)

    def test_calls(self):
        self.assertEqual(self.breaches("ring/ring.c", "clock_gettime(CLOCK_REALTIME, &t);\n"), [1])
        self.assertEqual(self.breaches("ring/ring.c", "x = time(NULL);\n"), [1])
        self.assertEqual(self.breaches("ring/ring.c", "\texit(1);\n"), [1])
        self.assertEqual(self.breaches("config/config.c", '\n\tlog_error("x");\n'), [2])

    def test_comments_and_strings_do_not_count(self):
        self.assertEqual(self.breaches("ring/ring.c",
                                       '/* exit(1) and\n * time(NULL) */\nputs("exit(1)");\n'
                                       "// exit(1)\non_exit (f); my_time(1);\n"), [])


if __name__ == "__main__":
    unittest.main()
