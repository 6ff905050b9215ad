#include "record/session_replay.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

namespace vividface {
namespace {

bool same(float a, float b) { return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b); }

// Whether all are the same.
bool compare(const ControlVector& recorded, const ControlVector& replayed,
             std::array<ControlDifference, kControlCount>& differences) {
  bool all_same = true;
  for (std::size_t i = 0; i < kControlCount; ++i) {
    if (same(recorded[i], replayed[i])) continue;
    differences[i].add(recorded[i], replayed[i]);
    all_same = false;
  }
  return all_same;
}

/// Chooses none: the references are the recording's.
class NoChoice : public ReferenceChooser {
 public:
  std::optional<Reference> offer(const Frame&, const std::optional<FaceObservation>&) override { return std::nullopt; }
};

ShadowedFrame before_any_frame(const ShadowParts& parts, const ControlTable& table) {
  ShadowedFrame frame;
  frame.status = ShadowStatus::no_face;
  frame.controls = table.neutral();
  frame.animated = parts.robot_picture;
  return frame;
}

ShadowParts without_choice(ShadowParts parts) {
  parts.reference = std::make_unique<NoChoice>();
  return parts;
}

}  // namespace

void ControlDifference::add(float recorded, float replayed) {
  ++count;
  largest = std::max(largest, std::abs(recorded - replayed));
}

SessionReplay::SessionReplay(SessionReader& session, ShadowParts parts, const ControlTable& table,
                             const SafetyLimits& limits)
    : session_(session),
      shadowed_(before_any_frame(parts, table)),
      shadow_(without_choice(std::move(parts)), table, no_robot_),
      safety_(table, limits),
      sent_(table.neutral()) {}

bool SessionReplay::step() {
  while (const std::optional<SessionEvent> event = session_.next()) {
    std::visit([this](const auto& what) { replay(what); }, *event);
    if (std::holds_alternative<RecordedStep>(*event)) return true;
  }
  return false;
}

// What could be decoded then can be now, and the rest is a bad frame again.
void SessionReplay::replay(const RecordedResult& recorded) {
  follow_reference(recorded.frame);
  const std::optional<RecordedFrame> frame = session_.frame(recorded.frame);
  if (!frame) {
    ++comparison_.missing_frames;
    shadowed_.status = recorded.status;
    shadowed_.controls = recorded.controls;
    return;
  }
  frame_ = Frame{.bgr = {}, .time = frame->time, .index = static_cast<std::size_t>(recorded.frame), .arrival = {}};
  if (!decoder_.decode(*frame->jpeg, frame_.bgr)) frame_.bgr.release();
  shadowed_ = shadow_.step(frame_);

  ++comparison_.results;
  const bool same_status = shadowed_.status == recorded.status;
  if (!same_status) ++comparison_.status_differs;
  const bool same_controls = compare(recorded.controls, shadowed_.controls, comparison_.results_differ);
  if (!same_status || !same_controls) differs(frame->arrival);
}

void SessionReplay::replay(const RecordedStep& recorded) {
  std::optional<TimedControls> wanted;
  if (recorded.captured) wanted = {profile_->apply(shadowed_.controls), *recorded.captured};
  time_ = recorded.time;
  sent_ = safety_.step(recorded.time, wanted);

  ++comparison_.steps;
  const bool same_state = safety_.state() == recorded.state;
  if (!same_state) ++comparison_.state_differs;
  const bool same_controls = compare(recorded.sent, sent_, comparison_.steps_differ);
  if (!same_state || !same_controls) differs(recorded.time);
}

void SessionReplay::replay(const RecordedAction& recorded) { act(safety_, recorded.action); }

void SessionReplay::replay(const RecordedPerson& recorded) {
  shadow_.choose_person(recorded.point);
  next_frame_ = recorded.frame;
}

void SessionReplay::replay(const RecordedProfile& recorded) { profile_ = recorded.profile; }

// The reference that was chosen in that frame, or in one before it whose result is missing. To have it before the step
// is the same as to choose it within.
void SessionReplay::follow_reference(std::int64_t frame) {
  if (auto recorded = session_.reference(next_frame_, frame)) shadow_.use_reference(std::move(recorded->reference));
  next_frame_ = std::min(frame, std::numeric_limits<std::int64_t>::max() - 1) + 1;
}

void SessionReplay::differs(double time) {
  if (!comparison_.first_difference) comparison_.first_difference = time;
}

}  // namespace vividface
