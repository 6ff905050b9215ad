#include "evaluate/landmarks.h"

#include <utility>

#include "motion/face_mesh.h"
#include "motion/head_pose.h"

namespace vividface {
namespace {

constexpr std::array kSides = {Side::left, Side::right};

EyeShape shape_of(const FaceObservation& face, Side side, const Keypoints& canonical, const Motion& motion) {
  return eye_shape(face.eyes[static_cast<std::size_t>(side)], side, canonical, motion);
}

}  // namespace

std::optional<Landmarks> Landmarks::relative_to(const FaceObservation& reference) {
  std::optional<ReferenceShape> shape = ReferenceShape::of(reference);
  if (!shape) return std::nullopt;
  return Landmarks(std::move(*shape), reference);
}

Landmarks::Landmarks(ReferenceShape shape, const FaceObservation& face) : shape_(std::move(shape)) {
  for (const Side side : kSides)
    eyes_[static_cast<std::size_t>(side)] = shape_of(face, side, shape_.canonical, shape_.motion);
}

std::optional<Landmarks::Values> Landmarks::read(const FaceObservation& face) const {
  if (!is_finite(face)) return std::nullopt;
  Keypoints points;
  Motion motion;
  mesh_keypoints(face, points);
  if (!fit_motion(shape_.canonical, FaceMesh::mediapipe().stable, points, motion)) return std::nullopt;
  const PoseBias& bias = PoseBias::tracker();
  Keypoints deformation = motion.expression * motion.rotation.transpose();
  bias.subtract(motion.rotation, shape_.motion.rotation, deformation);

  std::array<EyeShape, 2> eyes;
  for (const Side side : kSides) {
    EyeShape& eye = eyes[static_cast<std::size_t>(side)] = shape_of(face, side, shape_.canonical, motion);
    bias.subtract(motion.rotation, shape_.motion.rotation, side, eye);
  }
  Values values;
  values.head<PoseBias::kValueCount>() = PoseBias::values(deformation, eyes, eyes_);
  const HeadAngles turn = head_angles(relative_rotation(motion, shape_.motion));
  values.tail<3>() << turn.yaw, turn.pitch, turn.roll;
  if (!values.allFinite()) return std::nullopt;
  return values;
}

}  // namespace vividface
