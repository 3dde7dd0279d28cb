/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel module that drops packets in a function of its own: as many as are written to its
 * parameter "drop". DROP is that function's name.
 */
#pragma once

#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/skbuff.h>

static noinline void DROP(struct sk_buff *skb)
{
	kfree_skb(skb);
	barrier(); /* no tail call: the drop point lies in this function */
}

static int set_drop(const char *text, const struct kernel_param *parameter)
{
	unsigned int n;
	int r = kstrtouint(text, 0, &n);

	for (; r == 0 && n; n--) {
		struct sk_buff *skb = alloc_skb(64, GFP_KERNEL);

		if (!skb)
			return -ENOMEM;
		DROP(skb);
	}
	return r;
}

static const struct kernel_param_ops drop_ops = { .set = set_drop };
module_param_cb(drop, &drop_ops, NULL, 0200);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("drops packets in a function of its own");
