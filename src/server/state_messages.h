#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "robot/controls.h"
#include "server/performance.h"

namespace vividface {

/// What one client of the WebSocket /ws/state is told: the state when it changes, and the controls as sent to the robot
/// when they change, ten times a second at most; and the pace, four times a second while it changes. A client that is
/// told late is told what is so then.
class StateMessages {
 public:
  using Clock = std::chrono::steady_clock;

  /// All are asked at every next(); neither may wait.
  StateMessages(std::function<std::string()> state, std::function<ControlVector()> controls,
                std::function<Performance()> performance = {});

  /// A message to send at `now`, if there is one. The first has all:
  /// {"v":1,"state":…,"names":[…],"units":[…],"ranges":[[…]], "neutral":[…],"controls":[…],"performance":{…}}. Later
  /// ones have what changed.
  std::optional<std::string> next(Clock::time_point now);

 private:
  std::function<std::string()> state_;
  std::function<ControlVector()> controls_;
  std::function<Performance()> performance_;
  std::optional<std::string> told_state_;
  std::optional<ControlVector> told_controls_;
  Clock::time_point controls_told_{}, performance_told_{};
  std::string told_performance_;
};

}  // namespace vividface
