#pragma once

#include "mapping/mapping_module.h"
#include "train/mapping_training.h"
#include "train/regression_score.h"

namespace vividface {

/// Writes the module as F.safetensors, with what made it and what it is worth in the metadata, and F.evaluation.json.
void write_trained_weights(const MappingModule& network, const MappingTraining& training,
                           const MappingEvaluation& evaluation,
                           const std::optional<ControlVector>& share = std::nullopt);

}  // namespace vividface
