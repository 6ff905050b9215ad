#pragma once

#include <torch/types.h>

#include "mapping/mapping_module.h"
#include "train/mapping_training.h"
#include "train/training_data.h"

namespace vividface {

/// Scalars.
struct MappingLoss {
  torch::Tensor total;       ///< what is descended
  torch::Tensor adaptation;  ///< the feature-adaptation loss in it, unweighted
};

/// The loss of a batch under `training`'s variant, δ and λ_fa. `weights` [30] of the controls sum to 1.
MappingLoss mapping_loss(const MappingModule::Output& output, const Batch& batch, const MappingTraining& training,
                         const torch::Tensor& weights);

}  // namespace vividface
