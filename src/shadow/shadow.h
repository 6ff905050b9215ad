#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "face/face_observation.h"
#include "face/frame.h"
#include "robot/controls.h"
#include "robot/robot_link.h"
#include "shadow/reference_chooser.h"
#include "shadow/stage_clock.h"
#include "transfer/motion_transfer.h"

namespace vividface {

/// The parts that Algorithm 1 is made of. An engine fills them in (see mesh_engine.h).
struct ShadowParts {
  std::function<std::optional<FaceObservation>(const cv::Mat& bgr)>
      track;  ///< the followed face, if it is in the frame
  std::function<void(std::optional<cv::Point2f> point)>
      choose;                                ///< whom to follow, as FaceTracker::choose; may be empty
  std::unique_ptr<MotionTransfer> transfer;  ///< M1
  std::function<ControlVector(const AnimatedFrame& animated)> map;  ///< M2: I_m to controls, not clamped
  std::function<void(const cv::Matx33f& head_rotation, ControlVector&)>
      pose_head;  ///< writes the head and neck controls
  std::unique_ptr<ReferenceChooser> reference = std::make_unique<FirstFrame>();
  cv::Mat robot_picture;  ///< the robot's neutral picture: I_m until there is one, BGR
};

enum class ShadowStatus {
  shadowing,    ///< the robot follows this frame
  calibrating,  ///< there is a face, but no reference yet: the pose is held
  no_face,      ///< no face in the frame: the pose is held
  bad_frame,    ///< the frame could not be decoded or a part failed on it: the pose is held
};

/// "shadowing", "calibrating: held", "no face: held", "bad frame: held".
std::string_view name(ShadowStatus status);

/// What became of one frame.
struct ShadowedFrame {
  std::size_t index = 0;  ///< of the frame in its stream
  double time = 0;        ///< its stream time, s
  ShadowStatus status = ShadowStatus::bad_frame;
  std::optional<FaceObservation> face;
  ControlVector controls{};  ///< as sent: finite and within their shadowing ranges
  cv::Mat animated;          ///< I_m, the last one while the pose is held. Valid until the next step
  StageTimes times;
  std::string message;  ///< more about the status: what failed, or what calibration wants; may be empty
};

/// How many frames of a stream ended how.
struct ShadowCounts {
  std::uint64_t frames = 0, shadowing = 0, calibrating = 0, no_face = 0, bad_frame = 0, send_failures = 0;

  void add(ShadowStatus status, bool send_failed);
};

/// Algorithm 1 for one person and one robot: each frame's expression is shown by the robot before the next one comes.
class Shadow {
 public:
  /// `table` and `link` must outlive it. Starts at the robot's neutral pose.
  Shadow(ShadowParts parts, const ControlTable& table, RobotLink& link);

  /// One frame of the stream, from picture to robot. Never throws: whatever goes wrong, the last pose is held and sent,
  /// and the frame is counted.
  const ShadowedFrame& step(const Frame& frame) noexcept;

  /// From the next frame on another person is followed: whose face is nearest to `point` (0…1 of the picture), or
  /// without one whose is the largest. A new reference is chosen for them.
  void choose_person(std::optional<cv::Point2f> point);

  /// From the next frame on the same person's motion is relative to this one.
  void use_reference(Reference reference);

  /// The reference frame, once there is one.
  const std::optional<Reference>& reference() const { return reference_; }
  const ShadowCounts& counts() const { return counts_; }
  /// Of the frames that were shadowed: what a held one takes says nothing.
  const StageStatistics& latency() const { return latency_; }

 private:
  void follow(const Frame& frame, ShadowedFrame& out);
  bool choose_reference(const Frame& frame, ShadowedFrame& out);
  bool adopt(Reference reference);
  ShadowedFrame held(const Frame& frame) const;

  ShadowParts parts_;
  const ControlTable& table_;
  RobotLink& link_;

  // Carried from frame to frame; changed at the end of step() alone, but for the reference.
  ShadowedFrame last_;
  std::optional<Reference> reference_;
  ShadowCounts counts_;
  StageStatistics latency_;
};

}  // namespace vividface
