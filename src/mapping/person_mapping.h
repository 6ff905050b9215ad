#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <span>

#include "robot/controls.h"

namespace vividface {

class Checkpoint;

/// A second mapping network, which reads the controls off the person's own face beside M2, which reads them off I_m:
/// what M1 cannot carry over, such as a brow that the landmarks hardly follow, is there to be seen. One control takes
/// more from it, another less, as both err on performers (`share` in its weight file).
class PersonMapping {
 public:
  /// Weights of `vividface train mapping --person`. Throws InputError for others.
  explicit PersonMapping(const std::filesystem::path& weights);
  explicit PersonMapping(const Checkpoint& weights);
  ~PersonMapping();

  /// Mixes what it reads into what M2 has read. `person`: AnimatedFrame::person, where an engine has it, else nothing
  /// happens; `motion`: AnimatedFrame::motion.
  void mix(const cv::Mat& person, std::span<const float> motion, ControlVector& controls);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vividface
