#pragma once

#include <opencv2/core/mat.hpp>
#include <optional>

#include "evaluate/single_pictures.h"
#include "shadow/mesh_engine.h"

namespace vividface {

/// M1, M2 and the head split on pictures that do not follow one another: neither smoothed nor limited in speed. One
/// thread an object.
class PictureShadow {
 public:
  /// The tracker is that of `pictures`. Throws as mesh_engine does.
  PictureShadow(const MeshEngineOptions& options, const SinglePictures& pictures)
      : engine_(mesh_engine(options, pictures.tracker())) {}

  /// Makes this picture the one that the others are relative to.
  void set_reference(const cv::Mat& bgr, const FaceObservation& face) { engine_.transfer->set_reference(bgr, face); }
  /// The robot's controls, not clamped; nothing without a reference, or when the face cannot be used.
  std::optional<ControlVector> controls(const cv::Mat& bgr, const FaceObservation& face);

 private:
  ShadowParts engine_;
};

}  // namespace vividface
