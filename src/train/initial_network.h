#pragma once

#include <memory>
#include <optional>

#include "checkpoint/checkpoint.h"
#include "mapping/mapping_module.h"
#include "train/control_units.h"
#include "train/mapping_training.h"
#include "train/training_data.h"

namespace vividface {

/// The same training with the architecture of the weights that it starts from. Throws InputError for weights that see
/// persons where the training sees the robot, and the other way round.
MappingTraining fitted_to(MappingTraining training, const std::optional<Checkpoint>& init);

/// A network of the weights to start from, or of random ones that follow from the seed, on `device`. It sees the motion
/// that `data` has. Throws InputError for weights that see another motion.
std::shared_ptr<MappingModule> initial_network(const MappingTraining& training, const ControlUnits& units,
                                               const std::optional<Checkpoint>& init, const TrainingPart& data,
                                               const torch::Device& device);

}  // namespace vividface
