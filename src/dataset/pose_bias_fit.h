#pragma once

#include <cstdint>

#include "motion/pose_bias.h"

namespace vividface {

struct PoseBiasFitOptions {
  std::size_t count = 4000;  ///< pictures of turned heads
  std::uint64_t seed = 1;
  int identities = 24;  ///< heads; one in six is kept for the test
  int threads = 2;
};

/// Root mean square over heads and poses that the fit has not seen, before and after the bias is taken off.
struct PoseBiasError {
  double mesh_before = 0, mesh_after = 0;        ///< of the deformation, centimetres
  double opening_before = 0, opening_after = 0;  ///< of an eye's opening, per eye width
  double iris_before = 0, iris_after = 0;        ///< per eye width
};

struct PoseBiasFit {
  PoseBias bias;
  PoseBiasError error;
};

/// Renders expressionless heads in many poses, tracks each and its frontal picture, and fits what the tracker's points
/// do that the head does not. Throws std::runtime_error when stopped or when hardly any face is found.
PoseBiasFit fit_pose_bias(const PoseBiasFitOptions& options);

}  // namespace vividface
