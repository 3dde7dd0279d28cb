/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * What of the process's memory stays resident.
 */

/**
 * memory_init() - large pieces that are freed later go back to the kernel at once
 *
 * The C library would learn from the first one that large pieces are usual, and keep them. To be
 * called before any thread is started. Thread: main.
 * Source: mallopt(3), M_MMAP_THRESHOLD.
 */
void memory_init(void);

/**
 * memory_give_back() - let go of what only the start needed
 *
 * The heap's holes, and all pages of program and libraries that were only ever read. Those that
 * are needed again are mapped again on first use, from the page cache. To be called once, when
 * everything runs. Thread: main.
 * Source: malloc_trim(3), madvise(2) MADV_DONTNEED, dl_iterate_phdr(3).
 */
void memory_give_back(void);
