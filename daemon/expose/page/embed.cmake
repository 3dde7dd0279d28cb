# SPDX-License-Identifier: GPL-2.0-or-later
# cmake -DDIR=… -DOUT=… -P embed.cmake: the files of the status page as C arrays, so that nothing is
# looked up at run time.
set(c "/* Made by embed.cmake. */\n#include \"expose/page.h\"\n")
foreach(pair page_template=page.html page_style=style.css page_script=page.js)
	string(REPLACE "=" ";" pair ${pair})
	list(GET pair 0 name)
	list(GET pair 1 file)
	file(READ ${DIR}/${file} hex HEX)
	string(LENGTH "${hex}" len)
	math(EXPR len "${len} / 2")
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
	string(APPEND c "\nstatic const unsigned char ${name}_bytes[] = {${bytes}};\n"
		"const struct page_asset ${name} = { (const char *)${name}_bytes, ${len} };\n")
endforeach()
file(WRITE ${OUT} "${c}")
