#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "robot/controls.h"

namespace vividface {

/// What a data set's sample is for.
enum class Split { train, val, test };
const char* name_of(Split split);

/// Draws control vectors for a data set: a mixture in which single controls, plausible and asymmetric expressions,
/// parts of the face and full ranges all occur densely. The mixture is data: config/dataset_sampling.json.
class ControlSampler {
 public:
  /// Throws InputError for a file that is no such mixture.
  explicit ControlSampler(const std::filesystem::path& json);
  /// The mixture that the program comes with.
  ControlSampler();

  /// One sample within the data set's ranges; what it is depends on the random numbers alone.
  ControlVector sample(Random& random) const;

  /// 80 % train, 10 % val, 10 % test; depends on seed and index alone.
  static Split split(std::uint64_t seed, std::uint64_t index);

 private:
  using Values = std::vector<std::pair<std::size_t, float>>;  // control, value
  std::vector<float> weights_;                                // by kind of sample, see sampling.cpp
  std::vector<Values> expressions_;
  std::vector<std::vector<std::size_t>> parts_;
  std::vector<std::pair<std::size_t, std::size_t>> pairs_;  // left, right
  float jitter_ = 0, symmetric_ = 0, blink_ = 0, gaze_ = 0, head_ = 0;

  void add_expression(ControlVector& controls, Random& random) const;
  void add_uniform_parts(ControlVector& controls, Random& random) const;
  void add_everyday_motion(ControlVector& controls, Random& random) const;
};

}  // namespace vividface
