#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace vividface {

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Every file of `set` is in `other` too, byte for byte.
inline void expect_same_files(const std::filesystem::path& set, const std::filesystem::path& other) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(set)) {
    if (!entry.is_regular_file()) continue;
    const std::filesystem::path name = std::filesystem::relative(entry.path(), set);
    EXPECT_EQ(contents(entry.path()), contents(other / name)) << name;
  }
}

}  // namespace vividface
