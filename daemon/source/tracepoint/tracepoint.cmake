# SPDX-License-Identifier: GPL-2.0-or-later
# The tracepoint source as a part of dropwatch_daemon. The program for the kernel is compiled with BTF
# (-g), which libbpf needs; DWARF is removed; the object file is embedded as an array.
set(bpf_source ${CMAKE_CURRENT_SOURCE_DIR}/source/tracepoint/tracepoint.bpf.c)
set(bpf_object ${CMAKE_CURRENT_BINARY_DIR}/tracepoint.bpf.o)
set(bpf_flags --target=bpf -O2 -g -Wall -Wextra ${no_directories} -I${CMAKE_CURRENT_SOURCE_DIR})
if(DROPWATCH_WERROR)
	list(APPEND bpf_flags -Werror)
endif()
foreach(dir IN LISTS LIBBPF_INCLUDE_DIRS)
	list(APPEND bpf_flags -I${dir})
endforeach()
if(CMAKE_LIBRARY_ARCHITECTURE) # Debian keeps <asm/types.h> there; clang does not look when the target is bpf
	list(APPEND bpf_flags -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE})
endif()
set(strip ${CMAKE_COMMAND} -E true)
if(LLVM_STRIP)
	set(strip ${LLVM_STRIP} -g ${bpf_object})
endif()

add_custom_command(OUTPUT ${bpf_object}
	COMMAND ${BPF_CLANG} ${bpf_flags} -MD -MF ${bpf_object}.d -MT ${bpf_object} -c ${bpf_source} -o ${bpf_object}
	COMMAND ${strip}
	DEPENDS ${bpf_source} DEPFILE ${bpf_object}.d VERBATIM
	COMMENT "Building BPF object tracepoint.bpf.o")
add_custom_command(OUTPUT tracepoint_object.c
	COMMAND ${CMAKE_COMMAND} -DIN=${bpf_object} -DOUT=tracepoint_object.c -DNAME=tracepoint_object -P ${embed}
	DEPENDS ${bpf_object} ${embed} VERBATIM)

target_sources(dropwatch_daemon PRIVATE
	${CMAKE_CURRENT_BINARY_DIR}/tracepoint_object.c
	source/tracepoint/tracepoint_btf.c
	source/tracepoint/tracepoint_counts.c
	source/tracepoint/tracepoint_load.c
	source/tracepoint/tracepoint_reasons.c
	source/tracepoint/tracepoint_refusal.c
	source/tracepoint/tracepoint_wake.c
	source/tracepoint/tracepoint.c)
target_compile_definitions(dropwatch_daemon PUBLIC HAVE_LIBBPF)
target_link_libraries(dropwatch_daemon PRIVATE PkgConfig::LIBBPF)
