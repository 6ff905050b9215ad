#include "shadow/shadow.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <stdexcept>
#include <utility>

namespace vividface {
namespace {

// What an exception of `work` says; empty when there was none.
template <typename Work>
std::string failure_of(Work&& work) {
  try {
    work();
    return {};
  } catch (const std::exception& error) {
    return *error.what() == '\0' ? "unknown failure" : error.what();
  } catch (...) {
    return "unknown failure";
  }
}

// Clamped, such a value would be the neutral one: a face that falls while all seems well.
void check_finite(const ControlVector& controls) {
  if (std::ranges::all_of(controls, [](float value) { return std::isfinite(value); })) return;
  throw std::runtime_error("M2 or the head's rotation gave a control value that is not finite");
}

}  // namespace

std::string_view name(ShadowStatus status) {
  switch (status) {
    case ShadowStatus::shadowing:
      return "shadowing";
    case ShadowStatus::calibrating:
      return "calibrating: held";
    case ShadowStatus::no_face:
      return "no face: held";
    case ShadowStatus::bad_frame:
      return "bad frame: held";
  }
  return "";
}

void ShadowCounts::add(ShadowStatus status, bool send_failed) {
  ++frames;
  switch (status) {
    case ShadowStatus::shadowing:
      ++shadowing;
      break;
    case ShadowStatus::calibrating:
      ++calibrating;
      break;
    case ShadowStatus::no_face:
      ++no_face;
      break;
    case ShadowStatus::bad_frame:
      ++bad_frame;
      break;
  }
  if (send_failed) ++send_failures;
}

Shadow::Shadow(ShadowParts parts, const ControlTable& table, RobotLink& link)
    : parts_(std::move(parts)), table_(table), link_(link) {
  last_.controls = table.neutral();
  last_.animated = parts_.robot_picture;
}

const ShadowedFrame& Shadow::step(const Frame& frame) noexcept {
  ShadowedFrame out = held(frame);
  const std::string failure = failure_of([&] { follow(frame, out); });
  if (!failure.empty()) out = held(frame);
  out.times.finish_skipped_stages(Clock::now());

  // Data transmission. A held pose is sent too: a robot that hears nothing cannot tell a lost face from a lost link.
  const std::string send_failure = failure_of([&] { link_.send(out.controls, frame.time); });
  out.times.sent = Clock::now();

  // All that is carried to the next frame.
  if (!failure.empty() || !send_failure.empty()) out.message = failure.empty() ? send_failure : failure;
  counts_.add(out.status, !send_failure.empty());
  if (out.status == ShadowStatus::shadowing) latency_.add(out.times);
  last_ = std::move(out);
  return last_;
}

void Shadow::choose_person(std::optional<cv::Point2f> point) {
  if (parts_.choose) parts_.choose(point);
  parts_.reference->restart();
  reference_.reset();
}

ShadowedFrame Shadow::held(const Frame& frame) const {
  ShadowedFrame out;
  out.index = frame.index;
  out.time = frame.time;
  out.controls = last_.controls;
  out.animated = last_.animated;
  out.times.arrival = frame.arrival;
  return out;
}

void Shadow::follow(const Frame& frame, ShadowedFrame& out) {
  // Model input preprocessing: the person's face.
  if (frame.bgr.empty() || frame.bgr.type() != CV_8UC3) return;  // stays a bad frame
  out.status = ShadowStatus::no_face;
  out.face = parts_.track(frame.bgr);
  out.times.preprocessed = Clock::now();

  // The reference x_d,0 that motion is relative to (Eq. 2).
  if (!reference_ && !choose_reference(frame, out)) return;
  if (!out.face) return;

  // Control signal generation. M1: the robot's face with the person's motion, I_m = M1(I_x, x_d).
  const std::optional<AnimatedFrame> animated = parts_.transfer->animate(frame.bgr, *out.face);
  if (!animated) {
    out.status = ShadowStatus::no_face;  // none that motion can be read off
    return;
  }

  // M2: the robot's control values, read off I_m; the head's follow from its rotation, which I_m does not show.
  ControlVector controls = parts_.map(*animated);
  parts_.pose_head(animated->head_rotation, controls);

  check_finite(controls);
  out.controls = table_.clamp(controls);
  out.animated = animated->image;
  out.times.generated = Clock::now();
  out.status = ShadowStatus::shadowing;
}

bool Shadow::choose_reference(const Frame& frame, ShadowedFrame& out) {
  if (out.face) out.status = ShadowStatus::calibrating;
  std::optional<Reference> chosen = parts_.reference->offer(frame, out.face);
  out.message = parts_.reference->advice();
  return chosen && adopt(std::move(*chosen));
}

void Shadow::use_reference(Reference reference) {
  if (!failure_of([&] { adopt(std::move(reference)); }).empty()) reference_.reset();
}

// False, and there is none, where M1 cannot use it.
bool Shadow::adopt(Reference reference) {
  reference_.reset();
  parts_.transfer->set_reference(reference.picture, reference.face);
  if (!parts_.transfer->has_reference()) return false;
  parts_.transfer->set_eyelids(reference.lids);
  reference_ = std::move(reference);
  return true;
}

}  // namespace vividface
