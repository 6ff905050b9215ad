#pragma once

#include <Eigen/Core>
#include <optional>

#include "face/face_observation.h"
#include "motion/motion.h"
#include "motion/pose_bias.h"
#include "motion/reference.h"

namespace vividface {

/// All that the tracker's points say of an expression, with the head's pose taken out as M1 does it: the mesh's
/// deformation (δ of Eq. 1 in the head's frame, less the pose bias), the shape of both eyes relative to the reference,
/// and the head's turn.
class Landmarks {
 public:
  static constexpr int kCount = PoseBias::kValueCount + 3;
  using Values = Eigen::Matrix<float, kCount, 1>;

  /// The face at rest. Nothing when it is no face (see ReferenceShape).
  static std::optional<Landmarks> relative_to(const FaceObservation& reference);
  /// Nothing when the points are no face.
  std::optional<Values> read(const FaceObservation& face) const;

 private:
  Landmarks(ReferenceShape shape, const FaceObservation& face);

  ReferenceShape shape_;
  std::array<EyeShape, 2> eyes_;
};

}  // namespace vividface
