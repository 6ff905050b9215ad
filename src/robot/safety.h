#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "robot/controls.h"
#include "robot/one_euro_filter.h"
#include "robot/safety_limits.h"

namespace vividface {

enum class SafetyState {
  neutral,    ///< at the neutral pose, nothing to follow
  shadowing,  ///< follows; at first it takes over softly from the pose that it found
  holding,    ///< nothing usable came for a while: the pose is held
  easing,     ///< on the way to the neutral pose
  stopped,    ///< emergency stop: the pose is frozen until a person releases it
};

/// Control values with the time at which the frame that they were read off was there.
struct TimedControls {
  ControlVector controls;
  double captured;  ///< s, by the same clock as SafetyStage::step
};

/// The fastest that a smooth way of one second over one unit is: the peak of smoothstep's slope.
inline constexpr double kEasePeakSpeed = 1.5;

/// The last stage before a robot. A pure function of what it was given: no clock and no thread inside. Whatever goes
/// in, what comes out is finite, within the shadowing ranges, and moves no faster than its rate.
class SafetyStage {
 public:
  /// Starts at the neutral pose. Both are copied.
  SafetyStage(const ControlTable& table, const SafetyLimits& limits);

  /// What the robot is to show at `time` (s; one that is not finite or goes back counts as no time passed). `wanted` is
  /// not usable, as if nothing had come, when a value is not finite or it was captured longer ago than hold_after or
  /// before the last one.
  const ControlVector& step(double time, const std::optional<TimedControls>& wanted) noexcept;

  /// Emergency stop: from now on the pose is frozen.
  void stop() noexcept { state_ = SafetyState::stopped; }
  /// Only for a person to call. What follows is as after a lost face: shadowing takes over softly, or neutral is eased
  /// to.
  void release() noexcept;
  /// Another person is followed from now on: after a short hold shadowing takes over softly. Nothing unless shadowing.
  void hand_over() noexcept;
  /// The end: whatever comes, the neutral pose is eased to and kept. A stopped robot stays stopped.
  void rest() noexcept { resting_ = true; }

  SafetyState state() const { return state_; }
  const ControlVector& pose() const { return pose_; }
  /// When the controls that are followed were captured, s; nothing unless shadowing.
  std::optional<double> followed() const { return state_ == SafetyState::shadowing ? last_seen_ : std::nullopt; }

 private:
  bool usable(const TimedControls& wanted) const noexcept;
  void enter(SafetyState state, double since) noexcept;
  void follow(const TimedControls& wanted) noexcept;
  void watch() noexcept;
  float target(std::size_t control) const noexcept;
  float limited(std::size_t control, float target, double dt) const noexcept;

  const ControlTable table_;
  const SafetyLimits limits_;

  SafetyState state_ = SafetyState::neutral;
  double since_ = 0;                 // when state_ began
  std::optional<double> time_;       // of the last step
  std::optional<double> last_seen_;  // when the last usable controls were captured
  bool resting_ = false;
  ControlVector pose_;    // what came out last
  ControlVector from_;    // pose_ when state_ began
  ControlVector wanted_;  // the last usable controls, filtered
  std::array<OneEuroFilter, kControlCount> filters_;
};

}  // namespace vividface
