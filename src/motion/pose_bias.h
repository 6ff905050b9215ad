#pragma once

#include <Eigen/Core>
#include <array>
#include <filesystem>

#include "motion/eyelids.h"
#include "motion/face_mesh.h"
#include "motion/motion.h"

namespace vividface {

/// What the tracker makes of a face without expression when it turns: its lids seem to close when the chin drops, its
/// lips to part, its far cheek to swell. This is the mean of that over many heads, as a polynomial of the pose; taken
/// off, δ is the expression alone. `vividface dataset pose-bias` fits it.
class PoseBias {
 public:
  /// Powers and products of yaw, pitch and roll.
  static constexpr int kTermCount = 13;
  using Terms = Eigen::Matrix<float, 1, kTermCount>;
  /// What is predicted: x, y, z of the mesh points (in units of x_c, in the head's frame), then by eye x, y of its
  /// opening's points and its iris (EyeShape's units).
  static constexpr int kEyeValueCount = 2 * (kEyeOpeningCount + 1);
  static constexpr int kValueCount = 3 * kMeshPointCount + 2 * kEyeValueCount;
  /// An eye's values begin here; the iris is the last of its points.
  static constexpr int eye_begin(Side side) { return 3 * kMeshPointCount + static_cast<int>(side) * kEyeValueCount; }
  static constexpr int kIris = 2 * kEyeOpeningCount;  ///< within an eye's values
  using Values = Eigen::Matrix<float, kValueCount, 1>;
  /// What was seen, in that order: the deformation, and how far each eye's points, by side, have moved.
  static Values values(const Keypoints& deformation, const std::array<EyeShape, 2>& now,
                       const std::array<EyeShape, 2>& then);
  using Coefficients = Eigen::Matrix<float, kTermCount, Eigen::Dynamic, Eigen::RowMajor>;

  /// Of a head at `rotation` (Eq. 1's R, row convention); 0 when it faces the camera. Beyond the turns that were
  /// fitted it stays what it is at their limit.
  static Terms terms(const Rotation& rotation);

  /// No bias at all.
  PoseBias() : coefficients_(Coefficients::Zero(kTermCount, kValueCount)) {}
  explicit PoseBias(Coefficients coefficients);
  /// Throws InputError for a file that save did not write.
  static PoseBias load(const std::filesystem::path& safetensors);
  /// config/pose_bias.safetensors, read once.
  static const PoseBias& tracker();
  void save(const std::filesystem::path& safetensors) const;

  /// Takes off what the turn from `reference` to `now` adds to the deformation (468×3, in the head's frame).
  void subtract(const Rotation& now, const Rotation& reference, Keypoints& deformation) const;
  /// The same for what is seen of one eye.
  void subtract(const Rotation& now, const Rotation& reference, Side side, EyeShape& shape) const;

  const Coefficients& coefficients() const { return coefficients_; }

 private:
  Coefficients coefficients_;
};

}  // namespace vividface
