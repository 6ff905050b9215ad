#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "robot/controls.h"

namespace vividface {

/// A pose as it went to the robot, with what is known of it.
struct SentPose {
  std::uint64_t sequence = 0;            ///< 1 for the first, then one more each
  ControlVector controls{};              ///< finite, within their shadowing ranges
  double stepped = 0;                    ///< s, monotonic clock: when it was due. The rate limits hold by this time
  std::optional<double> captured = {};   ///< s, same clock: when the frame that it follows was there, if it follows one
  std::optional<float> confidence = {};  ///< of the tracker, that a face is in that frame; 0…1
  std::string_view state = {};           ///< in words, as LiveShadow::state
};

/// Who wants every pose that goes to a robot: another link, a recording, a display.
class PoseListener {
 public:
  virtual ~PoseListener() = default;

  /// Returns at once. May throw; the stream goes on. Called from one thread at a time.
  virtual void sent(const SentPose& pose) = 0;
};

}  // namespace vividface
