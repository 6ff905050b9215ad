#include "links/safety_observer.h"

namespace vividface {

void act(SafetyStage& stage, SafetyAction action) noexcept {
  switch (action) {
    case SafetyAction::stop:
      return stage.stop();
    case SafetyAction::release:
      return stage.release();
    case SafetyAction::rest:
      return stage.rest();
    case SafetyAction::hand_over:
      return stage.hand_over();
  }
}

}  // namespace vividface
