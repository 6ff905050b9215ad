#pragma once

#include <vector>

#include "transfer/liveportrait/layers.h"

namespace vividface::liveportrait {

/// A chain of linear layers with ReLU between them: the stitching and retargeting networks are such.
class Mlp {
 public:
  /// `weights` are below the key prefix "mlp"; a leading "module." is the caller's to walk into.
  Mlp(const Weights& weights, const Placement& place);
  Tensor operator()(const Tensor& x) const;

 private:
  std::vector<Linear> layers_;
};

/// S: moves the driven keypoints so that the animated face still fits its surroundings.
class Stitching {
 public:
  Stitching(const Weights& weights, const Placement& place) : network_(weights, place) {}

  /// x_s, x_d: [1, N, 3] → x_d + Δ, where Δ has an offset per keypoint and one shift (x, y) for all.
  Tensor operator()(const Tensor& source, const Tensor& driven) const;

 private:
  Mlp network_;
};

}  // namespace vividface::liveportrait
