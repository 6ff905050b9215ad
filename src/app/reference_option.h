#pragma once

#include <memory>
#include <string>

#include "shadow/reference_chooser.h"

namespace vividface {

/// What the option --neutral says about itself.
inline constexpr const char* kNeutralHelp =
    "The person's neutral face that motion is relative to: first (the first frame with a face), calibrate (look at the "
    "camera for a second) or a file of --save-neutral [first]";

/// The value of --neutral. Throws InputError for a file that cannot be read.
inline std::unique_ptr<ReferenceChooser> reference_chooser(const std::string& neutral) {
  if (neutral == "first") return std::make_unique<FirstFrame>();
  if (neutral == "calibrate") return std::make_unique<CalibratedNeutral>();
  return std::make_unique<GivenReference>(Reference::load(neutral));
}

}  // namespace vividface
