/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * BTF is the kernel's description of its own types and functions. It shows what differs between
 * kernels: the number of arguments of the tracepoint, two features that are recognized by their
 * functions, and the names of the reasons.
 *
 * The reasons of the core are enum skb_drop_reason. A subsystem (mac80211, openvswitch, ...) has an
 * enum of its own, in the BTF of its module if it is a module. The names of all these enums contain
 * "drop_reason", and the upper half of a reason is the number of its subsystem.
 */
#include "source/tracepoint/tracepoint_btf.h"

#include <bpf/btf.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

static void btf_freep(struct btf **btf)
{
	btf__free(*btf);
}

static bool has_function(const struct btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf, name, BTF_KIND_FUNC) > 0;
}

/*
 * typedef void (*btf_trace_kfree_skb)(void *, struct sk_buff *, void *, ...). The first argument
 * belongs to the probe: include/trace/bpf_probe.h, __DEFINE_EVENT.
 */
static int count_arguments(const struct btf *btf)
{
	const int id = btf__find_by_name_kind(btf, "btf_trace_kfree_skb", BTF_KIND_TYPEDEF);
	const struct btf_type *type = id < 0 ? NULL : btf__type_by_id(btf, (__u32)id);

	if (type)
		type = btf__type_by_id(btf, type->type);
	if (type && btf_is_ptr(type))
		type = btf__type_by_id(btf, type->type);
	return type && btf_is_func_proto(type) ? btf_vlen(type) - 1 : -EOPNOTSUPP;
}

static int add_enum(const struct btf *btf, const struct btf_type *type, struct reasons *reasons)
{
	const bool subsystems = strcmp(btf__name_by_offset(btf, type->name_off),
				       "skb_drop_reason_subsys") == 0;

	for (int i = 0; i < btf_vlen(type); i++) {
		const struct btf_enum *value = &btf_enum(type)[i];
		const char *name = btf__name_by_offset(btf, value->name_off);
		int r = 0;

		if (subsystems)
			r = reasons_add_subsystem(reasons, (uint32_t)value->val, name);
		else
			r = reasons_add(reasons, (uint32_t)value->val, name);
		if (r < 0)
			return r;
	}
	return 0;
}

static int add_enums(const struct btf *btf, __u32 first, struct reasons *reasons)
{
	for (__u32 id = first; id < btf__type_cnt(btf); id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *name;
		int r;

		if (!btf_is_enum(type))
			continue;
		name = btf__name_by_offset(btf, type->name_off);
		if (!name || !strstr(name, "drop_reason"))
			continue;
		r = add_enum(btf, type, reasons);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Modules that are unloaded in the meantime, or whose BTF does not fit, are skipped. */
static int add_modules(const char *dir, struct btf *vmlinux, struct reasons *reasons)
{
	cleanup(closedirp) DIR *d = opendir(dir);
	const struct dirent *file;
	int r = 0;

	while (d && r == 0 && (file = readdir(d))) {
		cleanup(btf_freep) struct btf *module = NULL;
		char path[PATH_MAX];

		if (file->d_name[0] == '.' || strcmp(file->d_name, "vmlinux") == 0)
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", dir, file->d_name) >= (int)sizeof(path))
			continue;
		module = btf__parse_raw_split(path, vmlinux);
		if (module)
			r = add_enums(module, btf__type_cnt(vmlinux), reasons);
	}
	return r;
}

int tracepoint_btf_read(const char *dir, struct tracepoint_kernel *kernel, struct reasons *reasons,
			struct err *err)
{
	cleanup(btf_freep) struct btf *btf = NULL;
	char path[PATH_MAX];
	int arguments, r;

	snprintf(path, sizeof(path), "%s/vmlinux", dir);
	btf = btf__parse_raw(path);
	if (!btf)
		return err_remedy(err,
				  err_set(err, -errno,
					  "cannot read %s (%m), which is needed to adapt the "
					  "program to this kernel",
					  path),
				  "boot a kernel with CONFIG_DEBUG_INFO_BTF=y (distribution "
				  "kernels have it)");
	arguments = count_arguments(btf);
	if (arguments < 2)
		return err_remedy(err,
				  err_set(err, -EOPNOTSUPP,
					  "this kernel does not have the tracepoint skb:kfree_skb"),
				  "boot one with CONFIG_NET=y, CONFIG_TRACEPOINTS=y");
	r = add_enums(btf, 1, reasons);
	if (r == 0)
		r = add_modules(dir, btf, reasons);
	if (r < 0)
		return err_set(err, r, "names of drop reasons: %m");
	if (kernel)
		*kernel = (struct tracepoint_kernel){
			.arguments = (__u32)arguments,
			.can_cast = has_function(btf, "bpf_rdonly_cast"),
			/* Came with the guard in __bpf_trace_run(), 05b24ff9b2cf, Linux 6.1. */
			.interrupted = !has_function(btf, "bpf_prog_inc_misses_counter"),
		};
	return 0;
}
