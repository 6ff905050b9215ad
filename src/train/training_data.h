#pragma once

#include <torch/types.h>

#include <span>
#include <vector>

#include "base/progress.h"
#include "train/control_units.h"
#include "train/mapping_training.h"
#include "train/picture_store.h"

namespace vividface {

/// A part of a data set on the device that trains: rows, and their pictures of both kinds.
struct TrainingPart {
  std::vector<MappingSample> samples;
  PictureStore canonical, animated;  ///< I_x and Ĩ; of a training that learns from persons, none and their faces
  torch::Tensor motion;              ///< [samples, values] of a training that sees motion, else undefined
};

struct TrainingData {
  TrainingPart train;     ///< the split "train": at least two rows that the variant can learn from
  TrainingPart held_out;  ///< all others
};

/// Reads the sets of `training` with all their pictures. Throws InputError for sets that the variant cannot learn from.
TrainingData load_training_data(const MappingTraining& training, const torch::Device& device,
                                const Progress::Surroundings& surroundings);

/// The samples' controls in the network's unit, [samples, 30], on the CPU; 0 for a control that is not learnt.
torch::Tensor controls_in_units(const std::vector<MappingSample>& samples, const ControlUnits& units);

/// The pictures of one step: first those of I_x, then those of Ĩ.
struct Batch {
  torch::Tensor rgb;                            ///< [n, 3, N, N] in 0…1
  torch::Tensor motion;                         ///< [n, values], or undefined
  torch::Tensor controls;                       ///< [n, 30], in the network's unit
  std::int64_t canonical_count = 0;             ///< of the n
  torch::Tensor pair_canonical, pair_animated;  ///< where in the batch the two pictures of one sample are
};

/// The pictures that these samples of the part have; `controls` are all the part's.
Batch assemble(const TrainingPart& part, const torch::Tensor& controls, std::span<const std::int64_t> samples);

}  // namespace vividface
