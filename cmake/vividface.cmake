# How every target of the project is built: one function a kind, so that a folder's CMakeLists.txt only says what
# is in it and what it may use. A folder that includes what it does not list does not link.

function(vividface_compile_options target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion)
  if(NOT VIVIDFACE_NEURAL_ONLY)  # there the compiler and libtorch are whatever the GPU machine has
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-restrict)  # false alarms on std::string in GCC 12 (GCC bug 105651)
  endif()
  if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # A source that is included is no header: what is local to it may be in what it defines.
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
  if(VIVIDFACE_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-tsan)  # Asio's fences, which TSan does not follow; it locks as well
  endif()
  if(VIVIDFACE_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${VIVIDFACE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PRIVATE -fsanitize=${VIVIDFACE_SANITIZE})
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # The sanitizers keep GCC 12 from seeing that a value is set: false alarms in Beast's parser and std::regex.
      target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
    endif()
  endif()
endfunction()

# vividface_library(name SOURCES a.cpp ... [PUBLIC lib ...] [PRIVATE lib ...]) makes the static library vividface_<name>.
# Other folders of the project are named without the prefix's help: vividface_face, vividface_motion, ...
function(vividface_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(vividface_${name} STATIC ${arg_SOURCES})
  target_include_directories(vividface_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(vividface_${name} PUBLIC ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
  vividface_compile_options(vividface_${name})
endfunction()

# vividface_test(name SOURCES a.cpp ... LIBRARIES lib ...) makes one GoogleTest program test_<name> and registers its cases.
function(vividface_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(test_${name} ${arg_SOURCES})
  target_link_libraries(test_${name} PRIVATE ${arg_LIBRARIES} GTest::gmock_main)
  target_include_directories(test_${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(test_${name} PRIVATE VIVIDFACE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
                                                  VIVIDFACE_PROGRAM="${PROJECT_BINARY_DIR}/vividface")
  vividface_compile_options(test_${name})
  gtest_discover_tests(test_${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
  add_dependencies(tests test_${name})
endfunction()

# vividface_bench(name SOURCES a.cpp ... LIBRARIES lib ...) makes one Google Benchmark program bench_<name>.
function(vividface_bench name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(bench_${name} ${arg_SOURCES})
  target_link_libraries(bench_${name} PRIVATE ${arg_LIBRARIES} benchmark::benchmark_main)
  vividface_compile_options(bench_${name})
  add_dependencies(benches bench_${name})
endfunction()
