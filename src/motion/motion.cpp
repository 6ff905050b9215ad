#include "motion/motion.h"

#include <Eigen/LU>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "motion/relative_terms.h"

namespace vividface {
namespace {

struct EigenAlgebra {
  static Rotation product(const Rotation& a, const Rotation& b) { return a * b; }
  static Rotation transposed(const Rotation& a) { return a.transpose(); }
  static Eigen::RowVector3f without_z(const Eigen::RowVector3f& t) { return {t.x(), t.y(), 0}; }
};

struct RigidFit {
  double scale = 1;
  Eigen::Matrix3d rotation = Eigen::Matrix3d::Identity();  // row convention
  Eigen::RowVector3d translation = Eigen::RowVector3d::Zero();
};

// Weighted Procrustes (Umeyama 1991), rows as points.
template <typename Weight>
std::optional<RigidFit> rigid_fit(const Keypoints& from, const Keypoints& to, Weight weight) {
  double total = 0;
  Eigen::RowVector3d from_mean = Eigen::RowVector3d::Zero(), to_mean = Eigen::RowVector3d::Zero();
  for (Eigen::Index i = 0; i < from.rows(); ++i) {
    const double w = weight(i);
    if (w <= 0) continue;
    total += w;
    from_mean += w * from.row(i).cast<double>();
    to_mean += w * to.row(i).cast<double>();
  }
  if (!(total > 0)) return std::nullopt;
  from_mean /= total;
  to_mean /= total;

  double spread = 0;
  Eigen::Matrix3d covariance = Eigen::Matrix3d::Zero();
  for (Eigen::Index i = 0; i < from.rows(); ++i) {
    const double w = weight(i);
    if (w <= 0) continue;
    const Eigen::RowVector3d a = from.row(i).cast<double>() - from_mean, b = to.row(i).cast<double>() - to_mean;
    covariance += w * a.transpose() * b;
    spread += w * a.squaredNorm();
  }
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(covariance, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Vector3d singular = svd.singularValues();
  // Points on a line, or all in one place, leave the rotation open.
  if (!(spread > 0) || !(singular(0) > 0) || singular(1) < 1e-6 * singular(0)) return std::nullopt;
  Eigen::Vector3d sign(1, 1, (svd.matrixU() * svd.matrixV().transpose()).determinant() < 0 ? -1 : 1);

  RigidFit fit;
  fit.rotation = svd.matrixU() * sign.asDiagonal() * svd.matrixV().transpose();
  fit.scale = singular.dot(sign) / spread;
  fit.translation = to_mean - fit.scale * from_mean * fit.rotation;
  if (!(fit.scale > 0) || !std::isfinite(fit.scale) || !fit.translation.allFinite()) return std::nullopt;
  return fit;
}

}  // namespace

void compose(const Keypoints& canonical, const Motion& motion, Keypoints& points, RotationConvention convention) {
  if (canonical.rows() != motion.expression.rows())
    throw std::invalid_argument("x_c and δ differ in their number of points");
  const Rotation row = convention == RotationConvention::row_vector ? motion.rotation : motion.rotation.transpose();
  points.noalias() = canonical * row;
  points += motion.expression;
  points *= motion.scale;
  points.rowwise() += motion.translation;
}

void relative_motion(const Motion& source, const Motion& driving, const Motion& reference, Motion& result,
                     RotationConvention convention) {
  if (source.expression.rows() != driving.expression.rows() ||
      source.expression.rows() != reference.expression.rows()) {
    throw std::invalid_argument("the motions differ in their number of points");
  }
  relative_terms<EigenAlgebra>(source, driving, reference, result);
  if (convention == RotationConvention::column_vector)
    result.rotation = source.rotation * (reference.rotation.transpose() * driving.rotation);
}

void multiply_motion(const Keypoints& source, float multiplier, Keypoints& driven) {
  driven = source + (driven - source) * multiplier;
}

bool fit_motion(const Keypoints& canonical, std::span<const float> weights, const Keypoints& points, Motion& motion) {
  if (canonical.rows() != points.rows() || weights.size() != static_cast<std::size_t>(points.rows())) {
    throw std::invalid_argument("x_c, weights and points differ in their number of points");
  }
  if (!points.allFinite()) return false;
  auto weight = [&](Eigen::Index i) -> double { return weights[i]; };
  std::optional<RigidFit> fit = rigid_fit(canonical, points, weight);
  if (!fit) return false;

  // A second fit with far points counted less (Huber): brows and cheeks move the stable points near them a little.
  double residual_sum = 0, weight_sum = 0;
  auto residual = [&](const RigidFit& f, Eigen::Index i) {
    return (f.scale * canonical.row(i).cast<double>() * f.rotation + f.translation - points.row(i).cast<double>())
        .norm();
  };
  for (Eigen::Index i = 0; i < points.rows(); ++i) {
    if (weights[i] <= 0) continue;
    residual_sum += weights[i] * residual(*fit, i);
    weight_sum += weights[i];
  }
  const double limit = residual_sum / weight_sum;
  const RigidFit first = *fit;
  auto robust = [&](Eigen::Index i) -> double {
    if (weights[i] <= 0) return 0;
    const double r = residual(first, i);
    return r > limit ? weights[i] * limit / r : weights[i];
  };
  if (std::optional<RigidFit> second = rigid_fit(canonical, points, robust)) fit = second;

  motion.scale = static_cast<float>(fit->scale);
  motion.rotation = fit->rotation.cast<float>();
  motion.translation = fit->translation.cast<float>();
  motion.expression.noalias() = canonical * -motion.rotation;
  motion.expression += (points.rowwise() - motion.translation) / motion.scale;
  return motion.expression.allFinite();
}

}  // namespace vividface
