#include "transfer/liveportrait/stitching.h"

#include <torch/torch.h>

#include <string>

namespace vividface::liveportrait {

Mlp::Mlp(const Weights& weights, const Placement& place) {
  auto values = Weights::kAny;
  for (int i = 0; i == 0 || weights.has("mlp." + std::to_string(i) + ".weight"); i += 2) {
    layers_.push_back(load_linear(weights.scope("mlp." + std::to_string(i)), values, Weights::kAny, place));
    values = layers_.back().bias.size(0);
  }
}

Tensor Mlp::operator()(const Tensor& x) const {
  auto y = layers_.front()(x);
  for (std::size_t i = 1; i < layers_.size(); ++i) y = layers_[i](torch::relu(y));
  return y;
}

Stitching::Stitching(const Weights& weights, const Placement& place)
    // Where the file has the network alone, its keys begin with "mlp".
    : network_(weights.has("mlp.0.weight") ? weights : weights.scope("retarget_shoulder"), place) {
  if (network_.inputs() % 6 != 0 || network_.outputs() != network_.inputs() / 2 + 2)
    weights.refuse("retarget_shoulder", "expected 6 values of N keypoints → 3 N + 2, found " +
                                            std::to_string(network_.inputs()) + " → " +
                                            std::to_string(network_.outputs()));
}

Tensor Stitching::operator()(const Tensor& source, const Tensor& driven) const {
  const auto count = driven.size(1);
  const auto delta = network_(torch::cat({source.flatten(1), driven.flatten(1)}, 1));
  const auto offsets = delta.narrow(1, 0, 3 * count).view({-1, count, 3});
  const auto shift = torch::constant_pad_nd(delta.narrow(1, 3 * count, 2), {0, 1}).unsqueeze(1);
  return driven + offsets + shift;
}

}  // namespace vividface::liveportrait
