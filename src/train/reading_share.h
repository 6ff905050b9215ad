#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <vector>

#include "base/progress.h"
#include "mapping/mapping_module.h"
#include "robot/controls.h"
#include "train/control_units.h"
#include "train/training_data.h"

namespace vividface {

/// How much of each control is taken from a second reader: the share in 0…1 by which first + share · (second − first)
/// errs least (squares) on these rows. `first`, `second`, `truth`: [n, kControlCount], in any unit of a control.
ControlVector fit_reading_share(const torch::Tensor& first, const torch::Tensor& second, const torch::Tensor& truth);

/// Rows of `part` as a network that sees persons reads them.
struct PersonReadings {
  MappingModule& network;
  const TrainingPart& part;
  std::vector<std::int64_t> rows;
  const ControlUnits& units;  ///< of the network
};

/// Throws InputError unless the mapping network in the file `mapping` can be shared with: it sees the robot and the
/// motion that `part` has, or none, and 100 `rows` of it or more have M1's picture.
void check_share_with(const std::filesystem::path& mapping, const TrainingPart& part,
                      const std::vector<std::int64_t>& rows);

/// The shares by which the network errs least beside the mapping network in the file `mapping`, on those rows that have
/// M1's picture too. Throws what check_share_with and reading files throw.
ControlVector share_beside_mapping(const PersonReadings& persons, const std::filesystem::path& mapping,
                                   const Progress::Surroundings& surroundings);

}  // namespace vividface
