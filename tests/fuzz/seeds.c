/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In libFuzzer's place, for compilers without it: each file named on the command
 * line is one input.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"

static int run(const char *path)
{
	uint8_t *data = NULL;
	FILE *f = fopen(path, "re");
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0 || fseek(f, 0, SEEK_SET) ||
	    !(data = malloc(size ? size : 1)) || fread(data, 1, size, f) != (size_t)size) {
		fprintf(stderr, "cannot read %s: %s\n", path, strerror(errno));
		if (f)
			fclose(f);
		free(data);
		return 1;
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = argc < 2;

	for (int i = 1; i < argc; i++)
		failed |= run(argv[i]);
	if (!failed)
		printf("%d inputs\n", argc - 1);
	return failed;
}
