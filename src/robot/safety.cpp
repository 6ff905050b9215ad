#include "robot/safety.h"

#include <algorithm>
#include <cmath>

namespace vividface {
namespace {

bool all_finite(const ControlVector& controls) {
  return std::all_of(controls.begin(), controls.end(), [](float value) { return std::isfinite(value); });
}

// From 0 to 1 over `duration`, with no speed at either end.
double smooth_progress(double elapsed, double duration) {
  const double x = std::clamp(elapsed / duration, 0.0, 1.0);
  return x * x * (3 - 2 * x);
}

float blend(float a, float b, double weight) {
  if (weight >= 1) return b;  // to the bit
  return static_cast<float>(a + (static_cast<double>(b) - a) * weight);
}

}  // namespace

SafetyStage::SafetyStage(const ControlTable& table, const SafetyLimits& limits)
    : table_(table), limits_(limits), pose_(table.neutral()), from_(pose_), wanted_(pose_) {}

const ControlVector& SafetyStage::step(double time, const std::optional<TimedControls>& wanted) noexcept {
  const double before = time_.value_or(std::isfinite(time) ? time : 0);
  const double now = std::isfinite(time) ? std::max(time, before) : before;
  if (!time_) since_ = now;
  time_ = now;
  if (state_ == SafetyState::stopped) return pose_;

  if (!resting_ && wanted && usable(*wanted)) follow(*wanted);
  watch();

  const double dt = std::min(now - before, limits_.longest_step);
  for (std::size_t i = 0; i < kControlCount; ++i) pose_[i] = limited(i, target(i), dt);
  if (state_ == SafetyState::easing && pose_ == table_.neutral()) enter(SafetyState::neutral, now);
  return pose_;
}

void SafetyStage::release() noexcept {
  if (state_ == SafetyState::stopped) enter(SafetyState::holding, time_.value_or(since_));
}

void SafetyStage::hand_over() noexcept {
  if (state_ == SafetyState::shadowing) enter(SafetyState::holding, time_.value_or(since_));
}

bool SafetyStage::usable(const TimedControls& wanted) const noexcept {
  return all_finite(wanted.controls) && *time_ - wanted.captured < limits_.hold_after && wanted.captured <= *time_ &&
         wanted.captured >= last_seen_.value_or(wanted.captured);
}

void SafetyStage::enter(SafetyState state, double since) noexcept {
  state_ = state;
  since_ = since;
  from_ = pose_;
}

void SafetyStage::follow(const TimedControls& wanted) noexcept {
  if (state_ != SafetyState::shadowing) {
    enter(SafetyState::shadowing, *time_);
    for (OneEuroFilter& filter : filters_) filter.reset();  // never smooth across a gap
  }
  // The filter's time is the frame's, not the clock's.
  const double dt = wanted.captured - last_seen_.value_or(wanted.captured);
  last_seen_ = wanted.captured;
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const auto [min, max] = table_[i].shadowing;
    const double width = static_cast<double>(max) - min;
    const double fraction = (static_cast<double>(std::clamp(wanted.controls[i], min, max)) - min) / width;
    wanted_[i] = static_cast<float>(min + width * filters_[i].filter(fraction, dt, limits_.filter[i]));
  }
}

// The watchdog. States begin when they were due, not when a late step finds out.
void SafetyStage::watch() noexcept {
  const double lost = last_seen_.value_or(since_) + limits_.hold_after;
  if (resting_ && (state_ == SafetyState::shadowing || state_ == SafetyState::holding)) {
    enter(SafetyState::easing, *time_);
  }
  if (state_ == SafetyState::shadowing && *time_ >= lost) enter(SafetyState::holding, lost);
  if (state_ == SafetyState::holding && *time_ >= since_ + limits_.hold) {
    enter(SafetyState::easing, since_ + limits_.hold);
  }
}

float SafetyStage::target(std::size_t control) const noexcept {
  const double elapsed = *time_ - since_;
  switch (state_) {
    case SafetyState::shadowing:
      return blend(from_[control], wanted_[control], smooth_progress(elapsed, limits_.takeover));
    case SafetyState::easing:
      return blend(from_[control], table_[control].neutral, smooth_progress(elapsed, limits_.ease));
    case SafetyState::neutral:
      return table_[control].neutral;
    case SafetyState::holding:
    case SafetyState::stopped:
      break;
  }
  return pose_[control];
}

// Rate, range and finite check: nothing reaches the robot but through here.
float SafetyStage::limited(std::size_t control, float target, double dt) const noexcept {
  if (!std::isfinite(target)) return pose_[control];
  const auto [min, max] = table_[control].shadowing;
  const double reach = limits_.fastest[control] * dt, at = pose_[control];
  return std::clamp(static_cast<float>(std::clamp<double>(target, at - reach, at + reach)), min, max);
}

}  // namespace vividface
