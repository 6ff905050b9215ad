#pragma once

#include <array>
#include <vector>

#include "train/mapping_set.h"

namespace vividface {

/// How much each control counts in the loss, from 0: config/mapping_training.json, and 1 for what it does not name.
/// Throws InputError for a file that is malformed.
ControlVector loss_weights();

/// How the network learns the controls: y = (control − offset) / scale, with `weight` in the loss.
struct ControlUnits {
  ControlVector weight;  ///< 0 for a control that is not learnt
  ControlVector scale, offset;

  std::array<bool, kControlCount> learnt() const;
};

/// The units that a trained network speaks in. Throws InputError when it has learnt none of the weighted controls.
ControlUnits control_units(const MappingArchitecture& architecture, const ControlVector& loss_weights);

/// The unit in which the network speaks of a control is its spread in the training set: √12 deviations, which is the
/// range of an evenly spread one. A control that is not learnt keeps its neutral value, one that never varies its only
/// value. Throws InputError when none is learnt.
ControlUnits control_units(const std::vector<MappingSample>& samples, const ControlVector& loss_weights);

}  // namespace vividface
