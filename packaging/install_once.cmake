# SPDX-License-Identifier: GPL-2.0-or-later
# install_once(FROM TO): installs a file that an administrator may edit, unless it already exists.
function(install_once from to)
	cmake_path(GET to PARENT_PATH directory)
	cmake_path(GET to FILENAME name)
	install(CODE "
		if(EXISTS \"\$ENV{DESTDIR}${to}\" OR IS_SYMLINK \"\$ENV{DESTDIR}${to}\")
			message(STATUS \"Kept: \$ENV{DESTDIR}${to}; shipped version: ${from}\")
		else()
			file(INSTALL \"${from}\" DESTINATION \"${directory}\" RENAME \"${name}\")
		endif()
	")
endfunction()
