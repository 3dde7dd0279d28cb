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
