#pragma once

#include <filesystem>
#include <istream>
#include <string>

#include "robot/controls.h"

namespace vividface {

/// How much farther from neutral than M2 says the robot goes, control by control: data, since a network trained to err
/// little answers with a mean where a picture leaves it in doubt, and brows that always fall short are not seen.
class ExpressionGain {
 public:
  static constexpr float kMost = 4;

  /// Throws InputError unless every entry names a control of config/ameca.json and lies in 0…kMost.
  static ExpressionGain load(const std::filesystem::path& json);
  /// The same for a stream; `name` stands for the file in errors.
  static ExpressionGain parse(std::istream& json, const std::string& name);

  /// c ← neutral + gain · (c − neutral). Not clamped.
  void apply(ControlVector& controls) const;

 private:
  ControlVector gain_, neutral_;
};

}  // namespace vividface
