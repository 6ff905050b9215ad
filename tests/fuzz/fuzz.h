#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>

#include "base/error.h"

/// One input of a fuzz target: each fuzz_<name>.cpp defines it once, and libFuzzer or replay.cpp calls it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace vividface {

/// Ends the program where a parser's promise is broken, in release builds too.
inline void require(bool promise, const char* what) {
  if (promise) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

/// Runs a parser. It may refuse its input by an InputError of one line; any other exception ends the program.
template <typename Parse>
void expect_parsed_or_refused(Parse parse) {
  try {
    parse();
  } catch (const InputError& error) {
    require(std::strpbrk(error.what(), "\r\n") == nullptr, "an InputError is one line");
  }
}

inline std::istringstream stream_of(const std::uint8_t* data, std::size_t size) {
  return std::istringstream(std::string(reinterpret_cast<const char*>(data), size));
}

}  // namespace vividface
