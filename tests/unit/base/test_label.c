/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "../test.h"

#include <string.h>

#include "base/label.h"

static void every_label_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (enum label i = 0; i < LABELS; i++) {
		assert_non_null(label_name(i));
		for (enum label k = 0; k < i; k++)
			assert_string_not_equal(label_name(i), label_name(k));
	}
}

static void a_set_of_labels(void **state)
{
	(void)state;
	assert_int_equal(LABELS_ALL & LABEL_BIT(LABEL_SYMBOL), LABEL_BIT(LABEL_SYMBOL));
	assert_int_equal(LABELS_ALL & LABEL_BIT(LABEL_CLASS), LABEL_BIT(LABEL_CLASS));
	assert_int_equal(LABELS_ALL & LABEL_BIT(LABELS), 0);
}

static void fixed_values(void **state)
{
	(void)state;
	assert_string_equal(label_origin(DROP_ORIGIN_SOFTWARE), "software");
	assert_string_equal(label_origin(DROP_ORIGIN_HARDWARE), "hardware");
	assert_string_equal(label_class(DROP_CLASS_SUSPECT), "suspect");
	assert_string_equal(label_class(DROP_CLASS_EXPECTED), "expected");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_label_has_a_name_of_its_own),
		cmocka_unit_test(a_set_of_labels),
		cmocka_unit_test(fixed_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
