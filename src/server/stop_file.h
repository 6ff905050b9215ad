#pragma once

#include <filesystem>
#include <mutex>

#include "server/http_routes.h"

namespace vividface {

/// An emergency stop that outlasts the process: a file that is there from a stop to its release. Any thread may call.
class StopFile {
 public:
  /// Throws InputError when it could not be made and removed: no such folder, not writable, or no regular file.
  explicit StopFile(std::filesystem::path file);

  bool is_there() const;
  /// `actions` whose stop and release make and remove it as well, after they took effect. A file that then fails is
  /// logged; the stop holds all the same. It must outlive them.
  HttpActions kept_by(HttpActions actions);

 private:
  void follow(bool stopped) const;

  const std::filesystem::path file_;
  std::mutex mutex_;
};

}  // namespace vividface
