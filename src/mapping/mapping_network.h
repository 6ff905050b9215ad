#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>

#include "robot/controls.h"

namespace vividface {

/// M2, the mapping network, as it runs in the mesh engine: reads the 30 controls off I_m. Architecture, input size and
/// normalisation come from the weight file's metadata. Runs by OpenVINO on the CPU.
class MappingNetwork {
 public:
  /// Loads a weight file of `vividface train mapping` (safetensors). Throws InputError for a missing or altered one.
  explicit MappingNetwork(const std::filesystem::path& weights, int threads = 1);
  ~MappingNetwork();

  /// Controls in their own units, not clamped. `bgr`: I_m, CV_8UC3 of any square size; throws InputError for others.
  ControlVector read(const cv::Mat& bgr);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vividface
