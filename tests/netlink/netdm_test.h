/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/* What the test monitor and the preloaded library agree on. */

#define MONITOR_PORT 0x4e444d00u /* its netlink port; one monitor in a network namespace */

/* The preloaded library refuses to join any group, with EPERM, while the file named here exists. */
#define DENY_JOIN_ENV "NETDM_TEST_DENY_JOIN"

/* While this is set, the preloaded library does not support SO_MEMINFO, like Linux before 4.12. */
#define NO_MEMINFO_ENV "NETDM_TEST_NO_MEMINFO"

/* While this is set the preloaded library returns from a request only after the monitor has
 * processed it, as the kernel does. */
#define SYNC_ENV "NETDM_TEST_SYNC"

/* The type of a message that the monitor returns as it is, after all requests before it. */
#define MONITOR_PING 15 /* below NLMSG_MIN_TYPE, and no type that netlink uses */
