/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as tracefs' description of the tracepoint: whatever is found in it, a reason's name is
 * an identifier that fits.
 */
#include "fuzz.h"

#include <ctype.h>
#include <string.h>

#include "source/tracepoint/reasons.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup(reasons_freep) struct reasons *r = reasons_new();
	char name[DROP_REASON_MAX];
	int found;

	expect(r);
	found = reasons_parse_format(r, (const char *)data, size);
	expect(found >= 0 && (size_t)found <= size / strlen("{0,\"\"}"));
	for (uint32_t value = 0; value < 256; value++) {
		if (reasons_name(r, value, name))
			expect(found > 0);
		expect(name[0] && strlen(name) < sizeof(name));
		for (const char *at = name; *at; at++)
			expect(isalnum((unsigned char)*at) || *at == '_');
	}
	return 0;
}
