# SPDX-License-Identifier: GPL-2.0-or-later
# The revision as a header. It is written only if it has changed, so that nothing is built again for
# nothing.
execute_process(COMMAND ${SOURCE}/packaging/print-revision OUTPUT_VARIABLE revision
	OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
file(CONFIGURE OUTPUT ${OUT} CONTENT "#define DROPWATCH_REVISION \"${revision}\"\n")
