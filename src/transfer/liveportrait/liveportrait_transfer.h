#pragma once

#include <memory>

#include "robot/controls.h"
#include "transfer/liveportrait/streaming.h"
#include "transfer/motion_transfer.h"

// Includes torch's headers: for vividface-torch only.

namespace vividface::liveportrait {

/// The square that the published pipeline cuts out of a driving frame (face/square_crop.h), 256×256, BGR. Empty for a
/// face that has no place or no extent.
cv::Mat driving_crop(const cv::Mat& bgr, const FaceObservation& face);

/// M1 by the published networks, and M2 with it, which on CUDA is part of the same graph.
class LivePortraitTransfer : public MotionTransfer {
 public:
  /// `robot`: the robot's picture, CV_8UC3 BGR, of any size; it is resized to 256×256, not cropped.
  /// `mapping` is not empty.
  LivePortraitTransfer(std::shared_ptr<const Networks> networks, const cv::Mat& robot, Streaming::Mapping mapping);

  void set_reference(const cv::Mat& bgr, const FaceObservation& face) override;
  bool has_reference() const override { return stream_.has_reference(); }

  /// I_m, 512×512, which shows the head's turn as well: head_rotation is none. Nothing without a reference.
  std::optional<AnimatedFrame> animate(const cv::Mat& bgr, const FaceObservation& face) override;
  /// M2's reading of the last I_m.
  const ControlVector& controls() const { return controls_; }

 private:
  Streaming stream_;
  ControlVector controls_{};
};

}  // namespace vividface::liveportrait
