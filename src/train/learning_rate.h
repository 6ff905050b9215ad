#pragma once

#include <cstdint>

#include "train/mapping_training.h"

namespace vividface {

/// Of a step from 0 among `total`: rises over the warm-up, then falls to 0 as half a cosine.
double learning_rate(const MappingTraining& training, std::int64_t step, std::int64_t total);

}  // namespace vividface
