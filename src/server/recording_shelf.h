#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "record/timeline.h"

namespace vividface {

/// Recordings to look at: read-only, the last one kept open. Any thread may call, and every call may wait for the disk.
/// Each throws InputError of one line for a file that is no whole session.
class RecordingShelf {
 public:
  /// Longest time that one answer of controls() spans, s.
  static constexpr double kLongestSpan = 60;

  /// {"v":1,"name":…,"program":…,"engine":…,"started_unix":…,"duration_s":…,"missing":…,"poses":…,
  ///  "frames":[[number,time_s],…]}
  std::string about(const std::filesystem::path& file);
  /// What was sent to the robot from `from` to `to`, s, and the pose before:
  /// {"v":1,"times":[…],"states":["neutral",…],"controls":[[…],…]}. InputError for a span that is not 0 to
  /// kLongestSpan.
  std::string controls(const std::filesystem::path& file, double from, double to);
  /// All of them, a row a pose: time_s, state, and the 30 controls by name.
  std::string csv(const std::filesystem::path& file);
  /// A frame as it came. InputError when it was not recorded.
  std::vector<std::uint8_t> frame(const std::filesystem::path& file, std::int64_t number);

 private:
  struct Opened;
  Opened& open(const std::filesystem::path& file);

  std::mutex mutex_;
  std::shared_ptr<Opened> opened_;
};

}  // namespace vividface
