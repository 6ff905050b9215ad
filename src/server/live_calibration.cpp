#include "server/live_calibration.h"

#include <utility>

namespace vividface {

void LiveCalibration::begin(CalibrationStep step) {
  const std::lock_guard lock(mutex_);
  wish_ = step;
  is_cancelled_ = false;
  state_ = {.step = step, .progress = CalibrationProgress::going_on, .share = 0, .advice = {}};
}

void LiveCalibration::cancel() {
  const std::lock_guard lock(mutex_);
  wish_.reset();
  is_cancelled_ = true;
  state_ = {};
}

void LiveCalibration::use(Reference reference, std::string person) {
  const std::lock_guard lock(mutex_);
  wanted_ = {std::move(reference), std::move(person)};
}

void LiveCalibration::kept(const SharedReference& reference, std::string person) {
  const std::lock_guard lock(mutex_);
  if (in_force_.reference == reference) in_force_.person = std::move(person);
}

LiveCalibration::State LiveCalibration::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

LiveCalibration::InForce LiveCalibration::in_force() const {
  const std::lock_guard lock(mutex_);
  return in_force_;
}

std::optional<Reference> LiveCalibration::next() {
  const std::lock_guard lock(mutex_);
  if (!wanted_) return std::nullopt;
  next_person_ = std::move(wanted_->person);
  Reference reference = std::move(wanted_->reference);
  wanted_.reset();
  return reference;
}

void LiveCalibration::chosen(const Reference& reference) {
  auto shared = std::make_shared<const Reference>(reference);
  const std::lock_guard lock(mutex_);
  in_force_ = {std::move(shared), std::exchange(next_person_, {})};
}

void LiveCalibration::forget(std::string_view why) {
  calibration_.reset();
  next_person_.clear();
  const std::lock_guard lock(mutex_);
  in_force_ = {};
  if (wish_ || state_.progress != CalibrationProgress::going_on) return;
  state_.progress = CalibrationProgress::failed;
  state_.advice = why;
}

void LiveCalibration::look(const Frame& frame, const std::optional<FaceObservation>& face) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_cancelled_, false)) calibration_.reset();
    if (const auto step = std::exchange(wish_, std::nullopt)) {
      calibration_.emplace(*step, in_force_.reference ? std::optional(*in_force_.reference) : std::nullopt);
    }
  }
  if (!calibration_) return;
  calibration_->add(frame.bgr, face, frame.time);
  tell();
}

void LiveCalibration::tell() {
  const std::lock_guard lock(mutex_);
  if (wish_ || is_cancelled_) return;  // this one is no longer asked for
  state_ = {.step = calibration_->step(),
            .progress = calibration_->progress(),
            .share = calibration_->share(),
            .advice = calibration_->advice()};
  if (calibration_->progress() == CalibrationProgress::going_on) return;
  if (calibration_->result()) wanted_ = {*calibration_->result(), ""};
  calibration_.reset();
}

}  // namespace vividface
