#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <span>

#include "robot/controls.h"

namespace vividface {

/// A second mapping network, which reads the controls off the person's own face beside M2, which reads them off I_m:
/// what M1 cannot carry over, such as a brow that the landmarks hardly follow, is there to be seen. One control takes
/// more from it, another less, as both err on performers (`share` in its weight file).
class PersonMapping {
 public:
  /// Weights of `vividface train mapping --person`. Throws InputError for others.
  explicit PersonMapping(const std::filesystem::path& weights);
  ~PersonMapping();

  /// Begins to read, on a thread of its own. `person`: AnimatedFrame::person; an engine may have none, then nothing is
  /// read. `motion`: AnimatedFrame::motion.
  void start(const cv::Mat& person, std::span<const float> motion);
  /// Mixes what was read into what M2 has read; waits for it.
  void finish(ControlVector& controls);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vividface
