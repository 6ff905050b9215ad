#pragma once

#include <string>
#include <vector>

namespace vividface {

/// A name with "*" stands for two: with `left` and with `right` in its place. Any other stands for itself.
inline std::vector<std::string> sides_of(const std::string& name, const char* left, const char* right) {
  const std::size_t star = name.find('*');
  if (star == name.npos) return {name};
  return {std::string(name).replace(star, 1, left), std::string(name).replace(star, 1, right)};
}

}  // namespace vividface
