#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "links/safety_observer.h"
#include "motion/reference.h"
#include "robot/controls.h"
#include "robot/profile.h"
#include "robot/safety.h"
#include "shadow/shadow.h"

namespace vividface {

// What a recorded session is made of. Times are seconds of the machine's monotonic clock unless they say otherwise.

/// What was in force.
struct SessionHeader {
  std::string program;        ///< its version
  std::string engine;         ///< "mesh"
  std::string configuration;  ///< ServeConfig as TOML
  std::string safety;         ///< the safety limits, as config/safety.json
  double started_unix = 0;    ///< s since the epoch …
  double started_clock = 0;   ///< … when the monotonic clock said this
};

/// A frame as it came, whether it was looked at or superseded.
struct RecordedFrame {
  std::int64_t number = 0;
  double arrival = 0;  ///< its last byte was there
  double time = 0;     ///< stream time, s
  std::shared_ptr<const std::vector<std::uint8_t>> jpeg;
};

/// From frame `frame` on another person is followed, as Shadow::choose_person.
struct RecordedPerson {
  std::int64_t frame = 0;
  std::optional<cv::Point2f> point;
};

/// From frame `frame` on the controls are shaped so, between Algorithm 1 and the safety stage.
struct RecordedProfile {
  std::int64_t frame = 0;
  SharedProfile profile;
};

/// The person's neutral face that motion is relative to from frame `frame` on, up to the next one or another person.
struct RecordedReference {
  std::int64_t frame = 0;
  Reference reference;
};

/// What Algorithm 1 gave for a frame.
struct RecordedResult {
  std::int64_t frame = 0;
  ShadowStatus status = ShadowStatus::bad_frame;
  ControlVector controls{};
};

/// A step of the safety stage: what was sent.
struct RecordedStep {
  double time = 0;
  std::optional<double> captured;  ///< it was given the last result, of a frame that arrived then; nothing: no result
  SafetyState state = SafetyState::neutral;
  ControlVector sent{};
};

struct RecordedAction {
  double time = 0;
  SafetyAction action = SafetyAction::stop;
};

/// What happened in a session, in the order in which it did.
using SessionEvent = std::variant<RecordedResult, RecordedStep, RecordedAction, RecordedPerson, RecordedProfile>;

}  // namespace vividface
