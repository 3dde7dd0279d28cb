/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "config/lint_values.h"
#include "config/config_load.h"
#include "config/glob.h"

/* A kernel before 6.15, which does not have TCP_LISTEN_OVERFLOW. */
static const char *const reasons[] = { "NOT_SPECIFIED", "NO_SOCKET", "SOCKET_RCVBUFF",
				       "NEIGH_FAILED", NULL };
static const char *const protocols[] = { "", "ipv4", "ipv6", "0x88b5", NULL };
static const char *const transports[] = { "", "tcp", "udp", "icmpv6", "253", NULL };

static const char *at(const void *arg, size_t place, char buf[LINT_VALUE_MAX])
{
	const char *const *list = arg;

	(void)buf;
	return list[place];
}

static bool elsewhere(const char *glob, size_t len)
{
	static const char *const others[] = { "TCP_LISTEN_OVERFLOW", "QDISC_DROP",
					      "OVS_DROP_METER" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (glob_match(glob, len, others[i]))
			return true;
	return false;
}

static const struct label_values values[] = {
	{ LABEL_REASON, at, reasons, elsewhere },
	{ LABEL_PROTOCOL, at, protocols, NULL },
	{ LABEL_TRANSPORT, at, transports, NULL },
};

static void note(const char *sentence, void *arg)
{
	strcat(strcat(arg, sentence), "\n");
}

static void says(const char *yaml, const char *wanted)
{
	static struct config_errors errors;
	cleanup(config_unrefp) struct config *c = NULL;
	char said[1024] = "";
	size_t n;

	if (config_parse("f", yaml, strlen(yaml), &c, &errors) < 0)
		fail_msg("%s", errors.text);
	strcpy(c->path, "f");
	n = lint_values(c, values, 3, note, said);
	assert_string_equal(said, wanted);
	for (const char *line = said; (line = strchr(line, '\n')); line++)
		n--;
	assert_int_equal(n, 0);
}

#define ALERT(match) "alerts:\n  - name: a\n    raise: 1\n    match: " match "\n"

static void what_there_is_is_good(void **state)
{
	(void)state;
	says("", "");
	says(ALERT("[{ reason: NO_SOCKET }, { reason: SKB_DROP_REASON_NO_SOCKET }]"), "");
	says(ALERT("{ reason: [\"\", \"NEIGH_*\"], protocol: [ipv4, 0x88b5], transport: 253 }"),
	     "");
	says(ALERT("{ symbol: anything, device: nothing }"), "");
	says("alerts:\n  - name: a\n    raise: 1\n", "");
}

static void mistyped_values_are_reported(void **state)
{
	(void)state;
	says(ALERT("{ reason: NO_SOKET }"),
	     "f:2: alert a: no drop has the reason \"NO_SOKET\"; did you mean \"NO_SOCKET\"?\n");
	says(ALERT("{ reason: no_socket }"),
	     "f:2: alert a: no drop has the reason \"no_socket\"; did you mean \"NO_SOCKET\"?\n");
	says(ALERT("{ reason: [NO_SOCKET, \"SOKET_*\"] }"),
	     "f:2: alert a: no drop has the reason \"SOKET_*\"\n");
	says(ALERT("{ protocol: IPv4, transport: tpc }"),
	     "f:2: alert a: no drop has the protocol \"IPv4\"; did you mean \"ipv4\"?\n"
	     "f:2: alert a: no drop has the transport \"tpc\"; did you mean \"tcp\"?\n");
	says(ALERT("{ transport: something_else }"),
	     "f:2: alert a: no drop has the transport \"something_else\"\n");
	says("classes:\n  rules:\n    - match: { reason: NO_SOKET }\n      class: expected\n",
	     "f:3: classes.rules: no drop has the reason \"NO_SOKET\"; did you mean "
	     "\"NO_SOCKET\"?\n");
}

/* A file that serves many kernels is in order, unless a rule is of no use here. */
static void names_of_other_kernels_are_reported_if_needed(void **state)
{
	(void)state;
	says(ALERT("{ reason: [TCP_LISTEN_OVERFLOW, NO_SOCKET] }"), "");
	says(ALERT("[{ reason: TCP_LISTEN_OVERFLOW }, { symbol: cookie_v4_check, reason: \"\" }]"),
	     "");
	says(ALERT("{ reason: TCP_LISTEN_OVERFLOW }"),
	     "f:2: alert a: never fires on this kernel, which does not have the reason "
	     "\"TCP_LISTEN_OVERFLOW\"\n");
	says(ALERT("[{ reason: \"QDISC_*\" }, { reason: OVS_DROP_METER }]"),
	     "f:2: alert a: never fires on this kernel, which does not have the reason "
	     "\"OVS_DROP_METER\"\n");
}

/* There reason is the trap group, which the device's driver names. */
static void hardware_has_names_of_its_own(void **state)
{
	(void)state;
	says(ALERT("{ origin: hardware, reason: L2_Drops }"), "");
	says(ALERT("{ reason: l2_drops }"), "");
	says(ALERT("{ origin: software, reason: l2_drops }"),
	     "f:2: alert a: no drop has the reason \"l2_drops\"\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_there_is_is_good),
		cmocka_unit_test(mistyped_values_are_reported),
		cmocka_unit_test(names_of_other_kernels_are_reported_if_needed),
		cmocka_unit_test(hardware_has_names_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
