#pragma once

#include <cstdint>
#include <vector>

#include "record/session_reader.h"

namespace vividface {

/// What a recording shows, by the time since its first event, s.
struct Timeline {
  struct FrameAt {
    std::int64_t number = 0;
    double time = 0;
  };
  struct Pose {
    double time = 0;
    SafetyState state = SafetyState::neutral;
    ControlVector sent{};
  };

  static constexpr std::size_t kMost = 400'000;         ///< poses, and frames: over three hours at 33 a second
  static constexpr double kLongest = 30 * 24 * 3600.0;  ///< s

  std::vector<FrameAt> frames;  ///< as they came
  std::vector<Pose> poses;      ///< as they were sent
  double duration = 0;

  /// `session`, from its first event on; afterwards it is at its end. Throws InputError for one that cannot be read, or
  /// is longer than kMost and kLongest.
  static Timeline read(SessionReader& session);
};

}  // namespace vividface
