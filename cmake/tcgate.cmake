# What every target of the project shares: libraries, warnings, helpers.

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(Boost 1.74 REQUIRED)

# Debian's CMake packages of gRPC and Abseil name the shared libraries, and two
# copies of Abseil in one process would be two sets of locks. So the archives
# are named here, once. The static gRPC costs a fifth less CPU a call than the
# shared one (README, decisions).
#
# They refer to each other in circles, and CMake takes the repeated members of
# a group apart: a script of the linker's own (GROUP) is one library to it.
function(_tcgate_archives name)
  list(JOIN ARGN "\n" archives)
  set(script ${PROJECT_BINARY_DIR}/libtcgate_${name}_archives.a)
  file(CONFIGURE OUTPUT ${script} CONTENT "GROUP (\n@archives@\n)\n" @ONLY)
  add_library(tcgate_${name} INTERFACE)
  add_library(tcgate::${name} ALIAS tcgate_${name})
  target_link_libraries(tcgate_${name} INTERFACE ${script} Threads::Threads)
endfunction()

file(GLOB _absl_archives CONFIGURE_DEPENDS
  /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/libabsl_*.a)
if(NOT _absl_archives)
  message(FATAL_ERROR "no static Abseil found: install deploy/packages.txt")
endif()
_tcgate_archives(absl ${_absl_archives})

find_package(ZLIB REQUIRED)
set(_grpc_archives)
foreach(name protobuf grpc++ grpc gpr address_sorting upb re2 cares)
  string(MAKE_C_IDENTIFIER "TCGATE_LIB_${name}" variable)
  find_library(${variable} NAMES lib${name}.a REQUIRED)
  list(APPEND _grpc_archives ${${variable}})
endforeach()
_tcgate_archives(protobuf ${TCGATE_LIB_protobuf})
target_link_libraries(tcgate_protobuf INTERFACE ZLIB::ZLIB)
_tcgate_archives(grpc ${_grpc_archives} ${_absl_archives})
target_link_libraries(tcgate_grpc INTERFACE
  OpenSSL::SSL OpenSSL::Crypto ZLIB::ZLIB ${CMAKE_DL_LIBS})

add_library(tcgate_warnings INTERFACE)
target_compile_options(tcgate_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wconversion
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  $<$<BOOL:${TCGATE_WERROR}>:-Werror>)

set(_sanitize)
foreach(sanitizer ${TCGATE_SANITIZE})
  list(APPEND _sanitize -fsanitize=${sanitizer})
endforeach()
if(_sanitize)
  add_compile_options(${_sanitize} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  add_link_options(${_sanitize})
endif()

# A library of the project. DEPS is what its headers need, PRIVATE_DEPS what
# only its .cc files need: the link line then shows what leaks.
function(tcgate_library)
  cmake_parse_arguments(ARG "" "NAME" "SRCS;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(tcgate_${ARG_NAME} STATIC ${ARG_SRCS})
  add_library(tcgate::${ARG_NAME} ALIAS tcgate_${ARG_NAME})
  target_include_directories(tcgate_${ARG_NAME} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(tcgate_${ARG_NAME}
    PUBLIC ${ARG_DEPS} PRIVATE tcgate_warnings ${ARG_PRIVATE_DEPS})
endfunction()

# Compiles .proto files to a library of their own. ROOT is what imports are
# relative to. Generated code is not held to our warnings. Messages only: nothing
# of the project uses stubs.
function(tcgate_proto_library)
  cmake_parse_arguments(ARG "" "NAME;ROOT" "PROTOS;DEPS" ${ARGN})
  set(out ${PROJECT_BINARY_DIR}/gen)
  file(MAKE_DIRECTORY ${out})
  set(generated)
  foreach(proto ${ARG_PROTOS})
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    set(outputs ${out}/${stem}.pb.cc ${out}/${stem}.pb.h)
    add_custom_command(
      OUTPUT ${outputs}
      COMMAND protobuf::protoc -I${ARG_ROOT} --cpp_out=${out} ${proto}
      DEPENDS ${ARG_ROOT}/${proto}
      COMMENT "protoc ${proto}")
    list(APPEND generated ${outputs})
  endforeach()
  add_library(tcgate_${ARG_NAME} STATIC ${generated})
  add_library(tcgate::${ARG_NAME} ALIAS tcgate_${ARG_NAME})
  target_include_directories(tcgate_${ARG_NAME} SYSTEM PUBLIC ${out})
  target_link_libraries(tcgate_${ARG_NAME} PUBLIC tcgate::protobuf ${ARG_DEPS})
endfunction()

# A GoogleTest program, one CTest entry. LABELS: `grpc` for what runs gRPC
# (left out under ThreadSanitizer, which Debian's gRPC is not built for).
# Each entry has a time limit, so that a hang is a failure.
function(tcgate_test)
  if(NOT TCGATE_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "NAME;TIMEOUT" "SRCS;DEPS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${ARG_NAME} ${ARG_SRCS})
  target_include_directories(${ARG_NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${ARG_NAME} PRIVATE
    TCGATE_TESTDATA="${PROJECT_SOURCE_DIR}/tests/testdata")
  target_link_libraries(${ARG_NAME} PRIVATE tcgate_warnings ${ARG_DEPS}
    GTest::gmock GTest::gtest_main)
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME})
  set_tests_properties(${ARG_NAME} PROPERTIES
    LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()

# A Google Benchmark program; not a test.
function(tcgate_bench)
  if(NOT TCGATE_BENCH)
    return()
  endif()
  cmake_parse_arguments(ARG "" "NAME" "SRCS;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SRCS})
  target_include_directories(${ARG_NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${ARG_NAME} PRIVATE tcgate_warnings ${ARG_DEPS}
    benchmark::benchmark)
endfunction()
