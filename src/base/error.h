#pragma once

#include <stdexcept>

namespace vividface {

/// Wrong usage or input: the message is one line that says what was given, what was expected and what to do.
/// The program prints it on stderr and ends with exit code 2; any other exception ends it with 1.
struct InputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace vividface
