#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

#include "camera/jpeg.h"
#include "face/face_tracker.h"

namespace vividface {

/// JPEG pictures that do not follow one another: what was seen in one does not help with the next. One thread an
/// object.
class SinglePictures {
 public:
  /// Valid until the next call. Throws InputError for what is no JPEG.
  const cv::Mat& read(const std::filesystem::path& jpeg);
  /// What a JPEG file of this quality (1…100) would give of a picture. Valid until the next call.
  const cv::Mat& compressed(const cv::Mat& bgr, int quality);
  /// The face in a picture, if there is one, looked at twice: as in a stream, where the second frame is looked at
  /// where the first one's landmarks were.
  std::optional<FaceObservation> track(const cv::Mat& bgr);
  /// What does so, for who needs one as well.
  const std::shared_ptr<FaceTracker>& tracker() const { return tracker_; }

 private:
  std::shared_ptr<FaceTracker> tracker_ = std::make_shared<FaceTracker>();
  JpegDecoder decoder_;
  std::vector<std::uint8_t> bytes_;
  cv::Mat picture_;
};

}  // namespace vividface
