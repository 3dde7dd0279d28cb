/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The start touches much that is never looked at again: constructors and relocations of some twenty
 * libraries (TLS, ASN.1 and what else libmicrohttpd and libsystemd bring along), the readers of
 * YAML and BTF. Around each page that is touched the kernel maps another fifteen. Half of an idle
 * daemon's resident memory would be such pages. They are clean, they stay in the page cache as
 * long as anybody uses them, and we only take them out of our page table.
 *
 * Only segments without write permission are let go of: there, what is in memory is what is in the
 * file. An object with text relocations wrote to them nevertheless and is left alone. A
 * debugger writes to them, too: its breakpoints from before are gone, so set them when all runs.
 */
#include "service/memory.h"

#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGE_BYTES (512 * 1024)

static bool has_text_relocations(const struct dl_phdr_info *object)
{
	const ElfW(Dyn) *entry = NULL;

	for (int i = 0; i < object->dlpi_phnum; i++)
		if (object->dlpi_phdr[i].p_type == PT_DYNAMIC)
			entry = (const void *)(object->dlpi_addr + object->dlpi_phdr[i].p_vaddr);
	for (; entry && entry->d_tag != DT_NULL; entry++)
		if (entry->d_tag == DT_TEXTREL ||
		    (entry->d_tag == DT_FLAGS && entry->d_un.d_val & DF_TEXTREL))
			return true;
	return false;
}

static int give_back_object(struct dl_phdr_info *object, size_t size, void *arg)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	(void)arg;
	if (has_text_relocations(object))
		return 0;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
		const uintptr_t start = object->dlpi_addr + segment->p_vaddr;
		const uintptr_t end = start + segment->p_memsz;

		if (segment->p_type == PT_LOAD && !(segment->p_flags & PF_W))
			madvise((void *)(start & -page), end - (start & -page), MADV_DONTNEED);
	}
	return 0;
}

void memory_init(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
}

void memory_give_back(void)
{
	malloc_trim(0);
	dl_iterate_phdr(give_back_object, NULL);
}
