#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

#include "face/network.h"
#include "face/region.h"

namespace vividface {

/// MediaPipe's short-range face detector.
class FaceDetector {
 public:
  explicit FaceDetector(float min_score);

  /// The faces in a CV_8UC3 BGR picture, the largest first. Valid until the next call.
  const std::vector<Detection>& detect(const cv::Mat& bgr);

 private:
  void show(const cv::Mat& bgr);
  void decode(float pixels, cv::Point2f border);
  void merge();

  float min_score_;
  Network network_;
  std::vector<cv::Point2f> anchors_;  ///< centres, 0…1
  std::vector<Detection> candidates_, faces_, rest_;
  cv::Mat shrunk_;
};

}  // namespace vividface
