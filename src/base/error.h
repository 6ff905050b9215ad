#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace vividface {

/// `text` (UTF-8) with '?' for every byte of a control character, lest what is quoted break the line or steer the
/// terminal.
inline std::string printable(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0; };
    if (byte(i) < ' ' || byte(i) == 0x7f) {
      text[i] = '?';
    } else if (byte(i) == 0xc2 && byte(i + 1) >= 0x80 && byte(i + 1) < 0xa0) {  // U+0080…U+009F
      text[i] = text[i + 1] = '?';
    }
  }
  return text;
}

/// Wrong usage or input: the message is one line that says what was given, what was expected and what to do.
/// The program prints it on stderr and ends with exit code 2; any other exception ends it with 1.
/// Messages quote the input, so they are made printable.
struct InputError : std::runtime_error {
  explicit InputError(std::string message) : std::runtime_error(printable(std::move(message))) {}
};

}  // namespace vividface
