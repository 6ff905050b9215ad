#include "links/safe_output.h"

namespace vividface {
namespace {

constexpr auto kPeriod = std::chrono::milliseconds(33);  // of what is sent while no frames come
constexpr auto kLate = 2 * kPeriod;                      // a frame that is later than this is not waited for

double seconds(SafeOutput::Clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

bool rests(SafetyState state) { return state == SafetyState::neutral || state == SafetyState::stopped; }

}  // namespace

SafeOutput::SafeOutput(const ControlTable& table, const SafetyLimits& limits, RobotLink& link)
    : stage_(table, limits), link_(link), watch_([this] { watch(); }) {}

SafeOutput::~SafeOutput() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  watch_.join();
}

ControlVector SafeOutput::give(const std::optional<ControlVector>& controls, Clock::time_point arrival) noexcept {
  const std::lock_guard lock(mutex_);
  last_given_ = Clock::now();
  return step(controls ? std::optional(TimedControls{*controls, seconds(arrival)}) : std::nullopt);
}

void SafeOutput::stop() noexcept {
  const std::lock_guard lock(mutex_);
  stage_.stop();
}

void SafeOutput::release() noexcept {
  const std::lock_guard lock(mutex_);
  stage_.release();
}

void SafeOutput::finish() noexcept {
  std::unique_lock lock(mutex_);
  stage_.rest();
  changed_.wait(lock, [&] { return rests(stage_.state()); });
}

SafetyState SafeOutput::state() const {
  const std::lock_guard lock(mutex_);
  return stage_.state();
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

const ControlVector& SafeOutput::step(const std::optional<TimedControls>& controls) noexcept {
  const double now = seconds(Clock::now());
  const ControlVector& pose = stage_.step(now, controls);
  try {
    link_.send(pose, now);
    ++sent_;
  } catch (...) {
    ++failures_;  // the stream goes on: the next message may get through
  }
  return pose;
}

}  // namespace vividface
