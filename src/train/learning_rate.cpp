#include "train/learning_rate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vividface {

double learning_rate(const MappingTraining& training, std::int64_t step, std::int64_t total) {
  const double all = static_cast<double>(total);
  const double warm_up = std::max(1.0, std::floor(training.warm_up * all)), at = static_cast<double>(step) + 1;
  if (at <= warm_up) return training.learning_rate * at / warm_up;
  return training.learning_rate * 0.5 *
         (1 + std::cos(std::numbers::pi * (at - warm_up) / std::max(1.0, all - warm_up)));
}

}  // namespace vividface
