#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace vividface {

/// One epoch of training.
struct EpochRecord {
  int epoch = 0;             ///< from 1
  double loss = 0;           ///< mean over the epoch
  double adaptation = 0;     ///< the feature-adaptation loss in it, unweighted
  double learning_rate = 0;  ///< at the epoch's end
  double r2_canonical = 0,
         r2_animated = 0;  ///< means on what is held out, by the averaged weights; NaN without such pictures
};

std::string to_csv(const std::vector<EpochRecord>& log);
/// The reverse; throws std::runtime_error for what to_csv did not make.
std::vector<EpochRecord> log_from_csv(const std::string& csv);

/// A picture of a training: the loss on a logarithmic axis, and R² below it.
std::string to_svg(const std::vector<EpochRecord>& log, const std::string& title);

}  // namespace vividface
