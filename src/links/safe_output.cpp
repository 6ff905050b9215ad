#include "links/safe_output.h"

#include <utility>

namespace vividface {
namespace {

constexpr auto kPeriod = std::chrono::milliseconds(33);  // of what is sent while no frames come
constexpr auto kLate = 2 * kPeriod;                      // a frame that is later than this is not waited for

double seconds(SafeOutput::Clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

bool rests(SafetyState state) { return state == SafetyState::neutral || state == SafetyState::stopped; }

constexpr std::string_view kNoCamera = "no camera", kLooking = "looking for a face", kShadowing = "shadowing",
                           kHolding = "holding", kNeutral = "neutral", kPaused = "paused", kStopped = "stopped";

}  // namespace

const std::array<std::string_view, 7> SafeOutput::kWords = {kNoCamera, kLooking, kShadowing, kHolding,
                                                            kNeutral,  kPaused,  kStopped};

SafeOutput::SafeOutput(const ControlTable& table, const SafetyLimits& limits, RobotLink& link, PoseListener* listener,
                       SafetyObserver* observer, bool starts_stopped)
    : stage_(table, limits),
      link_(link),
      listener_(listener),
      observer_(observer),
      frame_timeout_(limits.hold_after),
      silent_(starts_stopped) {
  if (starts_stopped) stop();
  watch_ = std::thread([this] { watch(); });
}

SafeOutput::~SafeOutput() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  watch_.join();
}

ControlVector SafeOutput::give(const std::optional<ControlVector>& controls, Clock::time_point arrival,
                               std::optional<float> confidence) noexcept {
  const std::lock_guard lock(mutex_);
  last_given_ = Clock::now();
  return step(controls && !paused_ ? std::optional(TimedControls{*controls, seconds(arrival)}) : std::nullopt,
              confidence);
}

void SafeOutput::stop() noexcept {
  const std::lock_guard lock(mutex_);
  act(SafetyAction::stop);
}

void SafeOutput::release() noexcept {
  const std::lock_guard lock(mutex_);
  if (finished_) return;  // nobody would see the way to neutral through
  silent_ = false;
  act(SafetyAction::release);
}

void SafeOutput::hand_over() noexcept {
  const std::lock_guard lock(mutex_);
  act(SafetyAction::hand_over);
}

// To the stage it is as if the person had left at this moment.
void SafeOutput::pause() noexcept {
  const std::lock_guard lock(mutex_);
  if (std::exchange(paused_, true)) return;
  act(SafetyAction::hand_over);
}

void SafeOutput::start() noexcept {
  const std::lock_guard lock(mutex_);
  paused_ = false;
}

void SafeOutput::finish() noexcept {
  std::unique_lock lock(mutex_);
  finishing_ = true;
  act(SafetyAction::rest);
  changed_.wait(lock, [&] { return rests(stage_.state()); });
  finished_ = true;
  step(std::nullopt);  // so that the last message says how it ended
}

SafetyState SafeOutput::state() const {
  const std::lock_guard lock(mutex_);
  return stage_.state();
}

std::string_view SafeOutput::state_in_words() const {
  const std::lock_guard lock(mutex_);
  return words();
}

ControlVector SafeOutput::pose() const {
  const std::lock_guard lock(mutex_);
  return stage_.pose();
}

std::uint64_t SafeOutput::sent() const {
  const std::lock_guard lock(mutex_);
  return sent_;
}

std::uint64_t SafeOutput::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

void SafeOutput::watch() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (Clock::now() - last_given_ >= kLate) step(std::nullopt);
    changed_.notify_all();  // finish() looks whether it is done
    changed_.wait_for(lock, kPeriod, [&] { return ending_; });
  }
}

void SafeOutput::act(SafetyAction action) noexcept {
  vividface::act(stage_, action);
  if (observer_) observer_->acted(seconds(Clock::now()), action);
}

const ControlVector& SafeOutput::step(const std::optional<TimedControls>& controls,
                                      std::optional<float> confidence) noexcept {
  if (silent_) return stage_.pose();
  const double now = seconds(Clock::now());
  stage_.step(now, controls);
  safe_at_ = Clock::now();
  if (controls && stage_.followed() == controls->captured) confidence_ = confidence;
  send(now);
  if (observer_) observer_->stepped(now, controls, stage_.state(), stage_.pose());
  return stage_.pose();
}

// The robot first. A link that fails is tried again with the next pose.
void SafeOutput::send(double now) noexcept {
  ++sequence_;
  try {
    link_.send(stage_.pose(), now);
    ++sent_;
  } catch (...) {
    ++failures_;
  }
  sent_at_ = Clock::now();
  if (listener_ == nullptr) return;
  const std::optional<double> followed = stage_.followed();
  try {
    listener_->sent({.sequence = sequence_,
                     .controls = stage_.pose(),
                     .stepped = now,
                     .captured = followed,
                     .confidence = followed ? confidence_ : std::nullopt,
                     .state = words()});
  } catch (...) {
    ++failures_;
  }
}

std::string_view SafeOutput::words() const {
  if (paused_ && !finishing_ && stage_.state() != SafetyState::stopped) return kPaused;
  switch (stage_.state()) {
    case SafetyState::stopped:
      return kStopped;
    case SafetyState::shadowing:
      return kShadowing;
    case SafetyState::holding:
      return kHolding;
    case SafetyState::easing:
      return kNeutral;
    case SafetyState::neutral:
      break;
  }
  if (finishing_) return kNeutral;
  const bool frames_come = std::chrono::duration<double>(Clock::now() - last_arrival_.load()).count() < frame_timeout_;
  return frames_come ? kLooking : kNoCamera;
}

}  // namespace vividface
