#pragma once

#include <cstdio>
#include <optional>
#include <string>

namespace vividface {

/// A number by a format of printf, such as "%.2f", of less than 32 characters; a dash where there is none.
inline std::string cell(const std::optional<double>& value, const char* format) {
  if (!value) return "-";
  char text[32];
  std::snprintf(text, sizeof text, format, *value);
  return text;
}

}  // namespace vividface
