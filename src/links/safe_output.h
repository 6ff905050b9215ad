#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "robot/robot_link.h"
#include "robot/safety.h"

namespace vividface {

/// The only way to a robot: the safety stage and, behind it, the link. Every frame's result goes through give(). When
/// none comes, a thread of its own steps the stage, so that the pose is held and eased even while a frame is stuck in
/// work. Any thread may call.
class SafeOutput {
 public:
  using Clock = std::chrono::steady_clock;

  /// `link` must outlive it; nobody else may use it. The neutral pose is sent from the start.
  SafeOutput(const ControlTable& table, const SafetyLimits& limits, RobotLink& link);
  /// Ends at once: finish() first where the robot should rest.
  ~SafeOutput();

  /// What one frame came to; nothing when it had no usable face. `arrival`: when the frame was there. Returns what was
  /// sent.
  ControlVector give(const std::optional<ControlVector>& controls, Clock::time_point arrival) noexcept;

  void stop() noexcept;     ///< emergency stop: the pose is frozen, and still sent
  void release() noexcept;  ///< only for a person

  /// Eases to neutral, whatever comes, and returns when the robot rests; at once when it is stopped.
  void finish() noexcept;

  SafetyState state() const;
  std::uint64_t sent() const;
  std::uint64_t failures() const;  ///< sends that the link refused

 private:
  void watch();
  const ControlVector& step(const std::optional<TimedControls>& controls) noexcept;  // with the mutex held

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  SafetyStage stage_;
  RobotLink& link_;
  Clock::time_point last_given_;
  std::uint64_t sent_ = 0, failures_ = 0;
  bool ending_ = false;
  std::thread watch_;
};

}  // namespace vividface
