#pragma once

#include <string>

#include "robot/controls.h"

namespace vividface {

class Checkpoint;

/// How much farther from neutral than M2 says the robot goes, control by control: data, since a network trained to err
/// little answers with a mean where a picture leaves it in doubt, and brows that always fall short are not seen.
class ExpressionGain {
 public:
  static constexpr float kMost = 4;

  /// 1 for every control.
  ExpressionGain();

  /// Those of a weight file, which were fitted to it: its metadata `expression_gain`, as parse takes it; where there is
  /// none, 1. Throws InputError.
  static ExpressionGain of(const Checkpoint& weights);
  /// JSON {"gain": {"Jaw Pitch": 1.2, …}}; controls that are not named keep theirs. Throws InputError, which begins
  /// with `name`, unless every entry names a control of config/ameca.json and lies in 0…kMost.
  static ExpressionGain parse(const std::string& json, const std::string& name);

  /// c ← neutral + gain · (c − neutral). Not clamped.
  void apply(ControlVector& controls) const;

 private:
  ControlVector gain_, neutral_;
};

}  // namespace vividface
