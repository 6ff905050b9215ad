#pragma once

#include <memory>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>
#include <optional>

#include "face/face_observation.h"

namespace vividface {

struct FaceTrackerOptions {
  float min_detection = 0.5f;  ///< detector score under which there is no face, 0…1
  float min_presence = 0.5f;   ///< mesh presence under which a followed face is lost, 0…1
};

/// Follows one face through a stream: detector → attention mesh (face, lips, eyes, irises). The detector runs only
/// while there is no face to follow; the next frame's region comes from the last landmarks. Of several faces the
/// largest, or the one that was chosen, is taken and kept while it is in view.
class FaceTracker {
 public:
  /// Loads MediaPipe's models (see scripts/setup). Throws InputError for a missing or altered model file.
  explicit FaceTracker(const FaceTrackerOptions& options = {});
  ~FaceTracker();

  /// The face in the next frame of the stream, if there is one. `bgr` is CV_8UC3 of any size.
  std::optional<FaceObservation> track(const cv::Mat& bgr);

  /// From the next frame with a face on, follows the face whose box is nearest to `point` (0…1 of the picture, from its
  /// top left), and no other: when it is lost, only a face within a face's width of where it was is taken. Without a
  /// point: the largest again.
  void choose(std::optional<cv::Point2f> point);

  /// Forgets the followed face and the choice: the next frame is searched by the detector.
  void reset();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vividface
