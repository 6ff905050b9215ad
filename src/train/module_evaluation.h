#pragma once

#include <functional>
#include <span>

#include "mapping/mapping_module.h"
#include "train/regression_score.h"
#include "train/training_data.h"

namespace vividface {

/// What the module as it is reads off the pictures of those samples that `wanted` picks by index. Leaves it in training
/// mode.
MappingEvaluation evaluate_module(MappingModule& network, const TrainingPart& part,
                                  const std::array<bool, kControlCount>& learnt,
                                  const std::function<bool(std::size_t)>& wanted);

/// What the module as it is, in evaluation mode, says of the pictures of these rows, one or more that `store` has:
/// [rows, 30], on the CPU.
torch::Tensor read_pictures(MappingModule& network, const TrainingPart& part, const PictureStore& store,
                            std::span<const std::int64_t> rows);

}  // namespace vividface
