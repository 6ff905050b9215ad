#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>

#include "links/pose_listener.h"
#include "links/safety_observer.h"
#include "robot/robot_link.h"
#include "robot/safety.h"

namespace vividface {

/// The only way to a robot: the safety stage and, behind it, the link. Every frame's result goes through give(). When
/// none comes, a thread of its own steps the stage, so that the pose is held and eased even while a frame is stuck in
/// work. Any thread may call.
class SafeOutput {
 public:
  using Clock = std::chrono::steady_clock;

  /// `link`, `listener` and `observer`, if there are any, must outlive it; nobody else may use link and listener. The
  /// neutral pose is sent from the start. `starts_stopped`: as after an emergency stop, but nothing is sent until it is
  /// released, for nobody knows the pose in which the robot was left.
  SafeOutput(const ControlTable& table, const SafetyLimits& limits, RobotLink& link, PoseListener* listener = nullptr,
             SafetyObserver* observer = nullptr, bool starts_stopped = false);
  /// Ends at once: finish() first where the robot should rest.
  ~SafeOutput();

  /// A frame is there, whatever it will come to. Never waits.
  void frame_arrived(Clock::time_point arrival) noexcept { last_arrival_ = arrival; }
  /// What one frame came to; nothing when it had no usable face. `arrival`: when the frame was there; `confidence`: the
  /// tracker's, if known. Returns what was sent.
  ControlVector give(const std::optional<ControlVector>& controls, Clock::time_point arrival,
                     std::optional<float> confidence = std::nullopt) noexcept;

  void stop() noexcept;       ///< emergency stop: the pose is frozen, and still sent
  void release() noexcept;    ///< only for a person
  void hand_over() noexcept;  ///< another person is followed from now on: taken over softly
  /// From now on nothing is followed: the pose is held, then neutral is eased to. Stopping and releasing go on as ever.
  void pause() noexcept;
  void start() noexcept;  ///< after a pause: what comes next is taken over softly

  /// Eases to neutral, whatever comes, and returns when the robot rests. One that is stopped stays so for good: the
  /// frozen pose is sent on, and no release counts any more.
  void finish() noexcept;

  /// When the last pose was through the safety stage.
  Clock::time_point safe_at() const noexcept { return safe_at_; }
  /// When the link had taken the last pose. The listener hears of it after that.
  Clock::time_point sent_at() const noexcept { return sent_at_; }
  SafetyState state() const;
  /// "no camera", "looking for a face", "shadowing", "holding", "neutral" (on the way there, or at the end), "paused",
  /// "stopped".
  static const std::array<std::string_view, 7> kWords;
  std::string_view state_in_words() const;  ///< one of kWords
  ControlVector pose() const;               ///< what was sent last
  std::uint64_t sent() const;
  std::uint64_t failures() const;  ///< sends that the link refused

 private:
  void watch();
  // With the mutex held:
  void act(SafetyAction action) noexcept;
  const ControlVector& step(const std::optional<TimedControls>& controls,
                            std::optional<float> confidence = std::nullopt) noexcept;
  void send(double now) noexcept;
  std::string_view words() const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  SafetyStage stage_;
  RobotLink& link_;
  PoseListener* listener_;
  SafetyObserver* observer_;
  const double frame_timeout_;  // s
  std::atomic<Clock::time_point> last_arrival_{Clock::time_point{}};
  std::atomic<Clock::time_point> safe_at_{Clock::time_point{}};
  std::atomic<Clock::time_point> sent_at_{Clock::time_point{}};
  Clock::time_point last_given_;
  std::optional<float> confidence_;  // of the frame that is followed
  std::uint64_t sequence_ = 0, sent_ = 0, failures_ = 0;
  bool silent_ = false, paused_ = false, finishing_ = false, finished_ = false, ending_ = false;
  std::thread watch_;
};

}  // namespace vividface
