#pragma once

#include <torch/types.h>

#include "train/linear_fit.h"

namespace vividface {

/// What the landmarks say of the controls that a network has read: y' = keep · y + motion.weight · motion +
/// motion.bias.
struct LandmarkCorrection {
  torch::Tensor keep;  ///< [controls, controls]
  LinearFit motion;    ///< of M1's motion (AnimatedFrame::motion) in its own units
};

/// The distances on the face that show what it does, such as the mouth's opening: linear in M1's motion of the mesh
/// engine (kMeshMotionCount values), [distances, values], in shares of I_m's width.
torch::Tensor landmark_distances();

/// A picture can leave a network in doubt about what two points on the face plainly show. So what it says of them is
/// compared with what they say, by a Kalman filter's update without time:
///   s = A c + a + e, e ~ N(0, R): the distances s that controls c make, a linear fit to the rows;
///   y' = ŷ + share · K (s − A ŷ − a), K = Σ Aᵀ (A Σ Aᵀ + R + N)⁻¹, ŷ = y + share · mean of c − y,
/// where Σ is the covariance of the network's errors c − y, taken as independent of e, and N that of the tracker's
/// noise. `y`, `controls`: [n, controls], what the network says of rows that it has not learnt, and the truth, in its
/// units; `motion`: [n, kMeshMotionCount]; `noise`: standard deviation of each of its values, in shares of I_m's width.
LandmarkCorrection fit_landmark_correction(const torch::Tensor& y, const torch::Tensor& motion,
                                           const torch::Tensor& controls, double share, double noise);

}  // namespace vividface
