#pragma once

#include "transfer/liveportrait/warping.h"
#include "transfer/liveportrait/weights.h"

// W and G layer by layer as the published code has them, without any of the reductions of docs/liveportrait.md, in
// float32 on the CPU: what the others are measured against, and equal to.

namespace vividface::liveportrait {

class PlainWarping {
 public:
  explicit PlainWarping(const Weights& weights) : weights_(weights) {}
  /// f_s [1, C, D, H, W]; x_s, x_d: [1, N, 3].
  Warped operator()(const torch::Tensor& volume, const torch::Tensor& source, const torch::Tensor& driven) const;

 private:
  Weights weights_;
};

class PlainGenerator {
 public:
  /// Spectral norm is resolved here: the published code does it once at load, too.
  explicit PlainGenerator(const Weights& weights);
  /// [1, 256, 64, 64] → [1, 3, 512, 512].
  torch::Tensor operator()(const torch::Tensor& features) const;

 private:
  torch::Tensor block(const std::string& name, const torch::Tensor& x, const torch::Tensor& features) const;

  Weights weights_;
};

}  // namespace vividface::liveportrait
