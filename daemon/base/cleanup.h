/* SPDX-License-Identifier: GPL-2.0-or-later */
#pragma once

/*
 * Scope-bound ownership. A pointer marked cleanup(x_freep) is freed on every
 * return of its function, unless take() hands it over first.
 */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define cleanup(f) __attribute__((cleanup(f)))

/* Hand the value over: yields it and leaves NULL behind, so that the cleanup frees nothing. */
#define take(p)                                                                                    \
	({                                                                                         \
		__typeof__(p) *_take_from = &(p);                                                  \
		__typeof__(p) _taken = *_take_from;                                                \
		*_take_from = NULL;                                                                \
		_taken;                                                                            \
	})

/* The same for a file descriptor: leaves -1 behind. */
#define take_fd(fd)                                                                                \
	({                                                                                         \
		int *_take_from = &(fd);                                                           \
		int _taken = *_take_from;                                                          \
		*_take_from = -1;                                                                  \
		_taken;                                                                            \
	})

/* For a destructor "type func(type)" of a pointer type: func##p, which is what cleanup() wants. */
#define DEFINE_CLEANUP(type, func)                                                                 \
	static inline void func##p(type *p)                                                        \
	{                                                                                          \
		*p = func(*p);                                                                     \
	}                                                                                          \
	struct allow_trailing_semicolon

static inline void freep(void *p)
{
	free(*(void **)p);
}

static inline void fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}

static inline void closedirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

static inline void closep(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
