/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a recording, through the whole replay source. */
#include "fuzz.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "source/source.h"

static void drain(struct source *s, size_t size)
{
	static struct drop_event ev[4 * SOURCE_READ_MIN];
	struct source_stats stats;
	uint64_t events = 0;
	size_t reads = 0;
	int n;

	while ((n = replay_ops.read(s, ev, sizeof(ev) / sizeof(ev[0]))) != -ENODATA) {
		expect(n >= 0 && n <= (int)(sizeof(ev) / sizeof(ev[0])));
		expect(reads++ <= size); /* it ends */
		events += n;
	}
	replay_ops.stats(s, &stats);
	expect(stats.finished && stats.events == events);
	expect(stats.up == !stats.trouble[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_source cfg = { .kind = SOURCE_REPLAY, .replay.speed = REPLAY_FAST };
	int fd = memfd_create("recording", MFD_CLOEXEC);
	struct err err = { 0 };
	struct source *s = NULL;

	expect(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(cfg.replay.file, sizeof(cfg.replay.file), "/proc/self/fd/%d", fd);
	if (replay_ops.open(&cfg, &s, &err) == 0)
		drain(s, size);
	else
		expect(!s && err.text[0]);
	replay_ops.close(s);
	close(fd);
	return 0;
}
