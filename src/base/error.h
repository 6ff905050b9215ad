#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace vividface {

/// Wrong usage or input: the message is one line that says what was given, what was expected and what to do.
/// The program prints it on stderr and ends with exit code 2; any other exception ends it with 1.
/// Messages quote the input: control characters in it become '?', lest it break the line or steer the terminal.
struct InputError : std::runtime_error {
  explicit InputError(std::string message) : std::runtime_error(printable(std::move(message))) {}

 private:
  static std::string printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
    return text;
  }
};

}  // namespace vividface
