#pragma once

#include <cstddef>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "evaluate/imitation.h"

namespace vividface {

/// The frames in which the robot followed a strong expression best, and those in which it was off most; each some
/// frames away from the others.
struct ImitationMoments {
  std::vector<std::size_t> best, worst;
};
ImitationMoments imitation_moments(const SignalTrack& person, const SignalTrack& robot, std::size_t count);

/// Keeps small pictures of person, I_m and robot of every frame of a clip, so that moments can be chosen in the end.
class ImitationSheet {
 public:
  /// The next frame; an empty picture is drawn black.
  void add(const cv::Mat& person, const cv::Mat& animated, const cv::Mat& robot);
  /// Person above I_m above robot, one column a moment: the best ones, then the worst.
  cv::Mat draw(const ImitationMoments& moments) const;

 private:
  std::vector<std::vector<unsigned char>> frames_;  // JPEG: a clip's raw pictures would be hundreds of megabytes
};

}  // namespace vividface
