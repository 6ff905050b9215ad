#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "motion/reference.h"

namespace vividface {

/// What was calibrated of people, each a file in a folder, by their names: it shows their faces, so only its owner may
/// read it. Any thread may call, and every call may wait for the disk.
class People {
 public:
  static constexpr std::uintmax_t kLargestFile = 8 << 20;  ///< bytes; a picture of 512 × 512 has 0.8 MB at most
  static constexpr std::size_t kMost = 1000;

  /// `folder`: made if it is not there; empty: nobody can be kept. Throws InputError for a folder that cannot be made
  /// or written to.
  explicit People(std::filesystem::path folder);

  bool has_folder() const { return !folder_.empty(); }
  std::vector<std::string> names() const;  ///< sorted, at most kMost; what is of another name or kind is left out

  // Each throws InputError for a name that is none, without a folder, and:
  /// Keeps it, in the place of what is there under that name. For the 1001st person; std::runtime_error when it cannot
  /// be written.
  void keep(std::string_view name, const Reference& reference) const;
  /// When there is nobody of that name, or the file is none of a person.
  Reference load(std::string_view name) const;
  /// When there is nobody of that name, or the file cannot be removed.
  void forget(std::string_view name) const;

 private:
  std::filesystem::path file(std::string_view name) const;

  const std::filesystem::path folder_;
};

/// 1 to 32 letters, digits, - and _.
bool is_person_name(std::string_view name);

}  // namespace vividface
