#pragma once

#include <string>

#include "base/error.h"

namespace vividface {

/// What is wrong with a weight file.
[[noreturn]] inline void refuse(const std::string& file, const std::string& what) {
  throw InputError(file + ": " + what);
}

/// The same of one tensor in it.
[[noreturn]] inline void refuse(const std::string& file, const std::string& key, const std::string& what) {
  refuse(file, "tensor \"" + key.substr(0, 200) + "\": " + what);
}

}  // namespace vividface
