#pragma once

#include <opencv2/core/mat.hpp>
#include <opencv2/core/matx.hpp>
#include <optional>
#include <span>

#include "face/face_observation.h"
#include "motion/eyelids.h"

namespace vividface {

/// What M1 gives for one frame.
struct AnimatedFrame {
  cv::Mat image;  ///< I_m: the robot's picture with the person's motion, BGR CV_8UC3. Valid until the next call
  cv::Matx33f head_rotation;  ///< the head's rotation relative to the reference frame, see motion/head_pose.h
  /// x_d − x_s, how far the robot's keypoints have moved in I_m: x and y of each, in shares of I_m's width; then the
  /// head's yaw, pitch and roll relative to the reference, in radians. Empty where an engine tells nothing of it. Valid
  /// until the next call.
  std::span<const float> motion = {};
  /// The person's own face with the head's turn taken out, CV_8UC1: at rest above, as it is now below, each square.
  /// Empty where an engine has none. Valid until the next call.
  cv::Mat person = {};
};

/// M1, motion transfer: the robot's own face picture is re-enacted with the person's motion relative to a reference
/// frame (paper, Eq. 1 and 2). One person's stream an object; source features are computed once, at construction.
class MotionTransfer {
 public:
  virtual ~MotionTransfer() = default;

  /// Makes this frame of the person the reference (the paper takes the first frame). There is none after a face that
  /// cannot be used.
  virtual void set_reference(const cv::Mat& bgr, const FaceObservation& face) = 0;
  virtual bool has_reference() const = 0;
  /// What else is known of the person of that reference, until the next one. An engine that does not need it ignores
  /// it.
  virtual void set_eyelids(const EyelidEndpoints&) {}

  /// I_m for one frame; nothing without a reference, or when the face cannot be used (the pose is then held).
  virtual std::optional<AnimatedFrame> animate(const cv::Mat& bgr, const FaceObservation& face) = 0;
};

}  // namespace vividface
