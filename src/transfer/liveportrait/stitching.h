#pragma once

#include <vector>

#include "transfer/liveportrait/layers.h"

namespace vividface::liveportrait {

/// A chain of linear layers with ReLU between them: the stitching and retargeting networks are such.
class Mlp {
 public:
  /// `weights` are below the key prefix "mlp".
  Mlp(const Weights& weights, const Placement& place);
  Tensor operator()(const Tensor& x) const;

  std::int64_t inputs() const { return layers_.front().weight.size(1); }
  std::int64_t outputs() const { return layers_.back().bias.size(0); }

 private:
  std::vector<Linear> layers_;
};

/// S: moves the driven keypoints so that the animated face still fits its surroundings.
class Stitching {
 public:
  /// `weights`: the published file's, which has the network as "retarget_shoulder" beside the retargeting ones.
  Stitching(const Weights& weights, const Placement& place);

  /// x_s, x_d: [1, N, 3] → x_d + Δ, where Δ has an offset per keypoint and one shift (x, y) for all.
  Tensor operator()(const Tensor& source, const Tensor& driven) const;

  std::int64_t keypoint_count() const { return network_.inputs() / 6; }

 private:
  Mlp network_;
};

}  // namespace vividface::liveportrait
