#include "server/log_event.h"

#include <algorithm>
#include <cctype>

namespace vividface {
namespace {

bool is_plain(unsigned char c) {
  return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == ':' || c == '/';
}

bool is_printable(unsigned char c) { return c >= ' ' && c < 0x7f; }

void append_value(std::string& line, std::string_view value) {
  constexpr std::size_t kLongest = 200;
  value = value.substr(0, kLongest);
  if (!value.empty() && std::all_of(value.begin(), value.end(), is_plain)) {
    line += value;
    return;
  }
  line += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') line += '\\';
    line += is_printable(static_cast<unsigned char>(c)) ? c : '?';
  }
  line += '"';
}

}  // namespace

std::string log_event(std::string_view name,
                      std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::string line(name);
  for (const auto& [key, value] : values) {
    line += ' ';
    line += key;
    line += '=';
    append_value(line, value);
  }
  return line;
}

}  // namespace vividface
