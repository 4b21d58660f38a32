# bw_embed(TARGET TABLE component/name ROOTS file-or-folder...)
#
# Puts files into the program: every file of the folders and the files named, by the assembler's .incbin. The table is
# the function `embedded_files()` of <component>/<name>.hpp, which the component declares itself.
function(bw_embed TARGET)
    cmake_parse_arguments(ARG "" "TABLE" "ROOTS" ${ARGN})
    set(files)
    foreach(root ${ARG_ROOTS})
        if(IS_DIRECTORY ${CMAKE_SOURCE_DIR}/${root})
            file(GLOB_RECURSE found RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${root}/*)
            list(APPEND files ${found})
        else()
            list(APPEND files ${root})
        endif()
    endforeach()
    set(assembly "    .section .rodata\n")
    set(symbols "")
    set(rows "")
    set(index 0)
    foreach(file ${files})
        string(APPEND assembly "    .balign 16\nbw_embedded_${index}_begin:\n"
               "    .incbin \"${CMAKE_SOURCE_DIR}/${file}\"\nbw_embedded_${index}_end:\n    .byte 0\n"
               "    .globl bw_embedded_${index}_begin\n    .globl bw_embedded_${index}_end\n")
        string(APPEND symbols "extern const char bw_embedded_${index}_begin[], bw_embedded_${index}_end[];\n")
        string(APPEND rows "        {\"${file}\", {bw_embedded_${index}_begin, bw_embedded_${index}_end}},\n")
        list(APPEND absolute ${CMAKE_SOURCE_DIR}/${file})
        math(EXPR index "${index} + 1")
    endforeach()
    string(APPEND assembly "    .section .note.GNU-stack,\"\",@progbits\n")
    string(REPLACE "/" "::" space ${ARG_TABLE})
    get_filename_component(folder ${ARG_TABLE} DIRECTORY)
    string(REPLACE "/" "::" space ${folder})
    set(stem ${CMAKE_BINARY_DIR}/embedded/${TARGET})
    file(CONFIGURE OUTPUT ${stem}.S CONTENT "${assembly}" @ONLY)
    file(CONFIGURE OUTPUT ${stem}.cpp CONTENT "#include \"${ARG_TABLE}.hpp\"

#include <array>

extern \"C\" {
${symbols}}

namespace bw::${space} {

std::span<const EmbeddedFile> embedded_files() {
    static const std::array files = std::to_array<EmbeddedFile>({
${rows}    });
    return files;
}

}  // namespace bw::${space}
" @ONLY)
    set_source_files_properties(${stem}.S ${stem}.cpp TARGET_DIRECTORY ${TARGET} PROPERTIES GENERATED TRUE)
    set_source_files_properties(${stem}.S TARGET_DIRECTORY ${TARGET} PROPERTIES OBJECT_DEPENDS "${absolute}")
    target_sources(${TARGET} PRIVATE ${stem}.S ${stem}.cpp)
endfunction()
