/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Netlink messages about devices and modules, read as events. Pure.
 */

#include <stdbool.h>

#include "base/attr.h"
#include "source/drop_event.h"

/**
 * changes_next_link() - the next message about a device in an rtnetlink datagram
 * @rest: what is left of the datagram; moved on
 * @ev: EVENT_DEVICE or EVENT_DEVICE_GONE; set on true only
 *
 * Messages of the family AF_BRIDGE are skipped: they are about a bridge port, and their RTM_DELLINK
 * means that the device has left its bridge.
 *
 * Return: false at the end. Thread: any; pure.
 * Source: rtnetlink(7); net/core/rtnetlink.c rtmsg_ifinfo(), net/bridge/br_netlink.c
 * br_ifinfo_notify(), Linux 6.12.
 */
bool changes_next_link(struct bytes *rest, struct drop_event *ev);

/**
 * changes_uevent() - is this uevent about a module that was loaded or unloaded?
 * @datagram: "ACTION@DEVPATH", NUL, "KEY=VALUE", NUL, ...
 * @ev: EVENT_MODULES; set on true only
 *
 * Return: whether it is. Thread: any; pure.
 * Source: lib/kobject_uevent.c kobject_uevent_env(), kernel/module/main.c do_init_module(),
 * Linux 6.12.
 */
bool changes_uevent(struct bytes datagram, struct drop_event *ev);
