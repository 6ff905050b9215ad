#pragma once

#include <array>
#include <string>
#include <string_view>

#include "links/pose_listener.h"

namespace vividface {

/// A pose as the JSON message "vividface.controls", version 1 (docs/serve.md has its schema).
class JsonMessage {
 public:
  /// The controls have the names of `table`.
  explicit JsonMessage(const ControlTable& table);

  /// One line without white space. `epoch` is what the monotonic clock's zero is by the system's clock, in s since
  /// 1970; `now` the send time by the same. Valid until the next call, which does not allocate once it was called.
  std::string_view write(const SentPose& pose, double epoch, double now);

 private:
  std::array<std::string, kControlCount> keys_;  // "\"Brow Inner Left\":"
  std::string text_;
};

}  // namespace vividface
