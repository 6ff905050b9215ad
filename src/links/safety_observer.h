#pragma once

#include <optional>

#include "robot/controls.h"
#include "robot/safety.h"

namespace vividface {

/// What a person, or the end, does to the safety stage.
enum class SafetyAction { stop, release, rest, hand_over };

void act(SafetyStage& stage, SafetyAction action) noexcept;

/// Is told all that goes into the safety stage and what comes out, in the stage's order: fed to another stage, it gives
/// the same again. Called by any thread, one at a time; may not wait.
class SafetyObserver {
 public:
  virtual ~SafetyObserver() = default;

  /// SafetyStage::step(time, wanted) gave `sent` and was in `state` then.
  virtual void stepped(double time, const std::optional<TimedControls>& wanted, SafetyState state,
                       const ControlVector& sent) noexcept = 0;
  virtual void acted(double time, SafetyAction action) noexcept = 0;
};

}  // namespace vividface
