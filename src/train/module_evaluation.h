#pragma once

#include <functional>

#include "mapping/mapping_module.h"
#include "train/regression_score.h"
#include "train/training_data.h"

namespace vividface {

/// What the module as it is reads off the pictures of those samples that `wanted` picks by index. Leaves it in training
/// mode.
MappingEvaluation evaluate_module(MappingModule& network, const TrainingPart& part,
                                  const std::array<bool, kControlCount>& learnt,
                                  const std::function<bool(std::size_t)>& wanted);

}  // namespace vividface
