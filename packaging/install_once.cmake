# SPDX-License-Identifier: GPL-2.0-or-later
# install_once(FROM TO): a file that an administrator may edit. It is installed only where there is no
# such file yet.
function(install_once from to)
	cmake_path(GET to PARENT_PATH directory)
	cmake_path(GET to FILENAME name)
	install(CODE "
		if(EXISTS \"\$ENV{DESTDIR}${to}\" OR IS_SYMLINK \"\$ENV{DESTDIR}${to}\")
			message(STATUS \"Kept: \$ENV{DESTDIR}${to}; as it is shipped: ${from}\")
		else()
			file(INSTALL \"${from}\" DESTINATION \"${directory}\" RENAME \"${name}\")
		endif()
	")
endfunction()
