#include "train/landmark_correction.h"

#include <torch/torch.h>

#include <array>
#include <initializer_list>
#include <utility>
#include <vector>

#include "face/mesh_motion.h"
#include "face/mesh_points.h"

namespace vividface {
namespace {

using namespace mesh_point;

enum Axis { kX = 0, kY = 1 };

/// The mean place of some points along an axis, as a row of weights.
template <typename Points>
torch::Tensor place(Axis axis, const Points& points) {
  auto row = torch::zeros({kMeshMotionCount}, torch::kDouble);
  for (const int point : points) row[2 * point + axis] += 1.0 / static_cast<double>(std::size(points));
  return row;
}

torch::Tensor place(Axis axis, int point) { return place(axis, std::array{point}); }

torch::Tensor covariance(const torch::Tensor& rows) {
  const auto centred = rows - rows.mean(0);
  return centred.t().matmul(centred) / static_cast<double>(rows.size(0));
}

}  // namespace

torch::Tensor landmark_distances() {
  std::vector<torch::Tensor> rows;
  for (int side = 0; side < 2; ++side) {
    const auto corners = place(kY, kEyeCorners[side]);
    rows.push_back(place(kY, kLowerLidMiddle[side]) - corners);
    rows.push_back(place(kY, kUpperLidMiddle[side]) - corners);
    rows.push_back(place(kY, kInnerBrow[side]));
    rows.push_back(place(kY, kOuterBrow[side]));
    rows.push_back(place(kX, kMouthCorner[side]));
    rows.push_back(place(kY, kMouthCorner[side]));
    rows.push_back(place(kY, kUpperLipSide[side]));
    rows.push_back(place(kY, kLowerLipSide[side]));
    rows.push_back(place(kY, kNostril[side]));
  }
  rows.push_back(place(kY, kLowerLip) - place(kY, kUpperLip));
  rows.push_back(place(kY, kLowerLip));
  rows.push_back(place(kY, kUpperLipEdge));
  rows.push_back(place(kY, kLowerLipEdge));
  rows.push_back(place(kX, kChin));
  rows.push_back(place(kY, kChin));
  for (const Axis axis : {kX, kY}) {
    const auto eyes = (place(axis, kEyeCorners[0]) + place(axis, kEyeCorners[1])) / 2;
    rows.push_back(place(axis, std::array{kFirstIris, kFirstIris + 1}) - eyes);
  }
  return torch::stack(rows);
}

LandmarkCorrection fit_landmark_correction(const torch::Tensor& y, const torch::Tensor& motion,
                                           const torch::Tensor& controls, double share, double noise) {
  const auto c = controls.to(torch::kDouble), said = y.to(torch::kDouble);
  const auto of_motion = landmark_distances();
  const auto seen = motion.to(torch::kDouble).matmul(of_motion.t());

  constexpr double kRidge = 1e-3;  // for controls that never move
  const LinearFit forward = fit_linearly(c, seen, kRidge);
  const auto &a = forward.weight, &offset = forward.bias;
  const auto residual = seen - c.matmul(a.t()) - offset;
  const auto uncertain = covariance(residual) + noise * noise * of_motion.matmul(of_motion.t());
  const auto errors = covariance(c - said);
  const auto gain = share * torch::linalg_solve(a.matmul(errors).matmul(a.t()) + uncertain, a.matmul(errors)).t();

  const auto keep = torch::eye(c.size(1), c.options()) - gain.matmul(a);
  const auto shift = share * (c - said).mean(0);
  return {keep, {gain.matmul(of_motion), keep.matmul(shift) - gain.matmul(offset)}};
}

}  // namespace vividface
