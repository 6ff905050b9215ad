#pragma once

#include <filesystem>
#include <initializer_list>
#include <ostream>

namespace vividface {

/// One line with the files that a command has written; none when every name is empty.
inline void print_written(std::ostream& out, std::initializer_list<std::filesystem::path> files) {
  const char* before = "wrote ";
  for (const auto& file : files) {
    if (file.empty()) continue;
    out << before << file.string();
    before = ", ";
  }
  if (before[0] == ',') out << '\n';
}

}  // namespace vividface
