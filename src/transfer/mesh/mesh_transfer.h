#pragma once

#include <memory>

#include "face/face_observation.h"
#include "face/mesh_motion.h"
#include "transfer/mesh/robot_face.h"
#include "transfer/motion_transfer.h"

namespace vividface {

struct MeshTransferOptions {
  bool wrinkles = true;  ///< carry the person's own wrinkles over as a ratio image
  bool person = true;    ///< lay the person's own face out too: AnimatedFrame::person
};

/// M1 of the mesh engine: the robot's neutral picture, warped by the person's expression in the robot's own pose, lids
/// and gaze by the closer look at the eyes, the mouth's inside painted. What is the robot's (geometry, triangles,
/// texture coordinates, looks) is computed once, at construction (the paper's optimisation 1); nothing is kept from
/// frame to frame.
class MeshTransfer : public MotionTransfer {
 public:
  /// Throws InputError when `robot` holds no usable face.
  explicit MeshTransfer(const RobotFace& robot, const MeshTransferOptions& options = {});
  ~MeshTransfer() override;

  /// There is none after a face that is not finite or has no extent, or after a picture that is not CV_8UC3.
  void set_reference(const cv::Mat& bgr, const FaceObservation& face) override;
  bool has_reference() const override;
  void set_eyelids(const EyelidEndpoints& lids) override;

  /// I_m (256×256), R_i·R_0ᵀ and kMeshMotionCount values of motion; nothing for a face that is not finite, and without
  /// a reference.
  std::optional<AnimatedFrame> animate(const cv::Mat& bgr, const FaceObservation& face) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vividface
