#include "record/recording_switch.h"

#include <utility>

namespace vividface {

void RecordingSwitch::begin(std::shared_ptr<SessionRecorder> recorder) {
  const std::lock_guard lock(mutex_);
  recorder_ = std::move(recorder);
  is_new_ = true;
}

std::shared_ptr<SessionRecorder> RecordingSwitch::end() {
  const std::lock_guard lock(mutex_);
  return std::exchange(recorder_, nullptr);
}

bool RecordingSwitch::is_on() const {
  const std::lock_guard lock(mutex_);
  return always_ != nullptr || recorder_ != nullptr;
}

template <typename Tell>
void RecordingSwitch::tell(Tell tell) noexcept {
  if (always_ != nullptr) tell(*always_);
  if (recorder_) tell(*recorder_);
}

void RecordingSwitch::arrived(const RecordedFrame& frame) noexcept {
  const std::lock_guard lock(mutex_);
  tell([&](SessionRecorder& recorder) { recorder.arrived(frame); });
}

void RecordingSwitch::chose(const RecordedReference& reference) noexcept {
  const std::lock_guard lock(mutex_);
  reference_ = reference;
  if (always_ != nullptr) always_->chose(reference);
  if (recorder_ && !is_new_) recorder_->chose(reference);
}

// Before the first result a new recorder is told whom it is of.
void RecordingSwitch::gave(const RecordedResult& result) noexcept {
  const std::lock_guard lock(mutex_);
  if (recorder_ && std::exchange(is_new_, false)) {
    if (person_) recorder_->changed({result.frame, person_->point});
    if (reference_) recorder_->chose({result.frame, reference_->reference});
    if (profile_) recorder_->shaped({result.frame, profile_->profile});
  }
  tell([&](SessionRecorder& recorder) { recorder.gave(result); });
}

void RecordingSwitch::changed(const RecordedPerson& person) noexcept {
  const std::lock_guard lock(mutex_);
  person_ = person;
  reference_.reset();
  if (always_ != nullptr) always_->changed(person);
  if (recorder_ && !is_new_) recorder_->changed(person);
}

void RecordingSwitch::shaped(const RecordedProfile& profile) noexcept {
  const std::lock_guard lock(mutex_);
  profile_ = profile;
  if (always_ != nullptr) always_->shaped(profile);
  if (recorder_ && !is_new_) recorder_->shaped(profile);
}

void RecordingSwitch::stepped(double time, const std::optional<TimedControls>& wanted, SafetyState state,
                              const ControlVector& sent) noexcept {
  const std::lock_guard lock(mutex_);
  tell([&](SessionRecorder& recorder) { recorder.stepped(time, wanted, state, sent); });
}

void RecordingSwitch::acted(double time, SafetyAction action) noexcept {
  const std::lock_guard lock(mutex_);
  tell([&](SessionRecorder& recorder) { recorder.acted(time, action); });
}

}  // namespace vividface
