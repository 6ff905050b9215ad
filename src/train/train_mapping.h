#pragma once

#include "base/progress.h"
#include "train/mapping_training.h"
#include "train/regression_score.h"

namespace vividface {

/// Trains, writes the weights when they are whole, and evaluates them on what is held out ("test" where the set has
/// that split). Every epoch leaves a checkpoint, from which a killed training goes on as if it had not been. Throws
/// InputError for data and options that cannot be trained with.
MappingEvaluation train_mapping(const MappingTraining& training,
                                const Progress::Surroundings& surroundings = Progress::Surroundings::standard_error());

}  // namespace vividface
