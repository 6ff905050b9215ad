#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "robot/profile.h"

namespace vividface {

/// The profile that is in force, and the file that it is from and goes to, if there is one. Any thread may call.
class ProfileStore {
 public:
  using Clock = std::chrono::steady_clock;

  /// What clients may know.
  struct State {
    SharedProfile profile;
    std::uint64_t revision = 0;  ///< one more with each change
    bool has_file = false;
    bool is_saved = true;  ///< the file says the same; without a file, true until something is changed
    std::string problem;   ///< why the file, as it is now, is not in force; empty: it is
  };

  /// Without a file (an empty path) nothing is changed at first. `use` is told of every profile from now on, the first
  /// one included, on the thread that brings it. Throws InputError for a file that is no profile.
  ProfileStore(std::filesystem::path file, std::function<void(SharedProfile)> use);

  State state() const;
  /// From now on this one; the file stays as it is.
  void set(Profile profile);
  /// Writes what is in force to the file, whole or not at all. Throws InputError without one, and std::runtime_error
  /// when it cannot be written.
  void save();
  /// Reads the file again when it has changed, once a second at most. One that is no profile changes nothing but the
  /// state's problem, and is logged.
  void look(Clock::time_point now);

 private:
  struct Stamp {
    std::filesystem::file_time_type changed;
    std::uintmax_t size = 0;
    bool operator==(const Stamp&) const = default;
  };

  std::optional<Stamp> stamp() const;
  void put(Profile profile, bool is_saved);

  const std::filesystem::path file_;
  const std::function<void(SharedProfile)> use_;
  mutable std::mutex mutex_;
  State state_;
  std::optional<Stamp> read_;  // of the file when it was read or written last
  Clock::time_point looked_{};
};

}  // namespace vividface
