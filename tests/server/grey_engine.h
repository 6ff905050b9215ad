#pragma once

#include <memory>
#include <vector>

#include "camera/jpeg.h"
#include "shadow/shadow.h"

namespace vividface {

/// M1 that re-enacts nothing.
class GreyTransfer : public MotionTransfer {
 public:
  void set_reference(const cv::Mat&, const FaceObservation&) override { has_reference_ = true; }
  bool has_reference() const override { return has_reference_; }
  std::optional<AnimatedFrame> animate(const cv::Mat& bgr, const FaceObservation&) override {
    return AnimatedFrame{bgr, cv::Matx33f::eye()};
  }

 private:
  bool has_reference_ = false;
};

/// An engine for tests: a frame brighter than black has a face, and its brightness is the first control, 0…1.
inline ShadowParts grey_engine() {
  ShadowParts parts;
  parts.track = [](const cv::Mat& bgr) -> std::optional<FaceObservation> {
    if (bgr.at<cv::Vec3b>(0, 0)[0] < 8) return std::nullopt;
    FaceObservation face{};
    for (int i = 0; i < kMeshPointCount; ++i) {
      face.mesh[i] = {static_cast<float>(i % 4), static_cast<float>(i / 4 % 4), 0};
    }
    face.presence = 1;
    return face;
  };
  parts.transfer = std::make_unique<GreyTransfer>();
  parts.map = [](const AnimatedFrame& animated) {
    ControlVector controls = ControlTable::ameca().neutral();
    controls[0] = static_cast<float>(animated.image.at<cv::Vec3b>(0, 0)[0]) / 255;
    return controls;
  };
  parts.pose_head = [](const cv::Matx33f&, ControlVector&) {};
  parts.robot_picture = cv::Mat(16, 16, CV_8UC3, cv::Scalar::all(9));
  return parts;
}

inline std::vector<std::uint8_t> grey_jpeg(int brightness) {
  return encode_jpeg(cv::Mat(16, 16, CV_8UC3, cv::Scalar::all(brightness)));
}

}  // namespace vividface
