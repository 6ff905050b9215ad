#pragma once

#include <string>

#include "robot/controls.h"

namespace vividface {

/// JSON {"KEY": {"Jaw Pitch": 1.2, …}}: a number a control. Controls that are not named keep what they have in
/// `otherwise`. Throws InputError, which begins with `name`, unless every entry names a control of config/ameca.json
/// and lies in 0…most.
ControlVector parse_control_numbers(const std::string& json, const std::string& key, float most,
                                    const ControlVector& otherwise, const std::string& name);

}  // namespace vividface
