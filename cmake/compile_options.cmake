# One place for the flags that every target shares.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

add_compile_options(-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Werror -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)  # g++ 12: false positive in std::string operator+
endif()
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND BW_ARCH)
    add_compile_options(-march=${BW_ARCH})
endif()
if(BW_SANITIZE)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        add_compile_options(-Wno-maybe-uninitialized)  # g++ 12 with ASan: false positives inside std::function
    endif()
    add_compile_options(-fsanitize=${BW_SANITIZE} -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${BW_SANITIZE})
endif()

find_program(BW_CCACHE ccache)
if(BW_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${BW_CCACHE})
endif()
