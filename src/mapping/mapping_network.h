#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <span>

#include "checkpoint/checkpoint.h"
#include "mapping/expression_gain.h"
#include "robot/controls.h"

namespace vividface {

enum class MappingPrecision {
  exact,   ///< fp32
  fastest  ///< bfloat16 where the processor has it, a quarter of the time less; else fp32
};

/// M2, the mapping network, as it runs in the mesh engine: reads the 30 controls off I_m. Architecture, input size and
/// normalisation come from the weight file's metadata. Runs by OpenVINO on the CPU.
class MappingNetwork {
 public:
  /// Loads a weight file of `vividface train mapping` (safetensors). Throws InputError for a missing or altered one,
  /// and for one with values that are not finite or with negative variances.
  explicit MappingNetwork(const std::filesystem::path& weights, MappingPrecision precision = MappingPrecision::exact,
                          int threads = 1);
  /// The same of a file that is read already.
  explicit MappingNetwork(const Checkpoint& weights, MappingPrecision precision = MappingPrecision::exact,
                          int threads = 1);
  ~MappingNetwork();

  /// Controls in their own units, not clamped. `bgr`: I_m, CV_8UC3 of any square size; `motion`: what moved in it
  /// (AnimatedFrame::motion), for weights that see it. Throws InputError for others.
  ControlVector read(const cv::Mat& bgr, std::span<const float> motion = {});
  /// How many values of motion it sees; 0: the picture alone.
  std::size_t motion_inputs() const;

  /// The weight file's expression gains, which read() leaves to the caller.
  const ExpressionGain& gain() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vividface
