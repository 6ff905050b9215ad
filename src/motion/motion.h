#pragma once

#include <Eigen/Core>
#include <optional>
#include <span>

namespace vividface {

/// N points, one a row: x, y, z.
using Keypoints = Eigen::Matrix<float, Eigen::Dynamic, 3, Eigen::RowMajor>;
using Rotation = Eigen::Matrix3f;

/// How a rotation meets a point. The published code multiplies rows, x_c R; textbooks multiply columns, R x_c. The same
/// turn has transposed matrices in the two, and products in the opposite order.
enum class RotationConvention { row_vector, column_vector };

/// What Eq. 1 says of one picture besides the shape x_c: x = s·(x_c R + δ) + t. Explicit points: x, t in pixels, s in
/// pixels per unit of x_c, δ in units of x_c along the picture's axes (x right, y down, z away from the camera).
struct Motion {
  float scale = 1;
  Rotation rotation = Rotation::Identity();
  Eigen::RowVector3f translation = Eigen::RowVector3f::Zero();
  Keypoints expression;  ///< δ, N×3
};

/// Eq. 1: `points` (N×3) = s·(x_c R + δ) + t. Allocates only when N changes.
void compose(const Keypoints& canonical, const Motion& motion, Keypoints& points,
             RotationConvention convention = RotationConvention::row_vector);

/// Eq. 2, what the source does when it moves as the driving face has moved since its reference: R_i R_0ᵀ R_s,
/// δ_s + (δ_i − δ_0), s_s·s_i/s_0, t_s + (t_i − t_0) with t_z = 0. In the column convention the product is R_s R_0ᵀ
/// R_i, so that both give the same points. Allocates only when N changes.
void relative_motion(const Motion& source, const Motion& driving, const Motion& reference, Motion& result,
                     RotationConvention convention = RotationConvention::row_vector);

/// The published multiplier: x_s + (x_d − x_s)·multiplier, in place on x_d. 1 changes nothing.
void multiply_motion(const Keypoints& source, float multiplier, Keypoints& driven);

/// The same, as the inverse of Eq. 1 for points that were seen: s, R, t are the weighted rigid fit (Procrustes) of
/// `canonical` to `points` over the points with weight > 0, robust to a few that moved; δ is all the rest, so that
/// compose gives `points` back. `weights` has one entry a point, ≥ 0. Row convention. False when the
/// points are not finite or do not span a plane; `motion` is then of no use.
[[nodiscard]] bool fit_motion(const Keypoints& canonical, std::span<const float> weights, const Keypoints& points,
                              Motion& motion);

}  // namespace vividface
