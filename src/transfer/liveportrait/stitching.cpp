#include "transfer/liveportrait/stitching.h"

#include <torch/torch.h>

#include <string>

namespace vividface::liveportrait {

Mlp::Mlp(const Weights& weights, const Placement& place) {
  for (int i = 0; weights.has("mlp." + std::to_string(i) + ".weight"); i += 2) {
    layers_.push_back(load_linear(weights.scope("mlp." + std::to_string(i)), place));
  }
  if (layers_.empty()) weights["mlp.0.weight"];  // throws: names what is missing
}

Tensor Mlp::operator()(const Tensor& x) const {
  auto y = layers_.front()(x);
  for (std::size_t i = 1; i < layers_.size(); ++i) y = layers_[i](torch::relu(y));
  return y;
}

Tensor Stitching::operator()(const Tensor& source, const Tensor& driven) const {
  const auto count = driven.size(1);
  const auto delta = network_(torch::cat({source.flatten(1), driven.flatten(1)}, 1));
  const auto offsets = delta.narrow(1, 0, 3 * count).view({-1, count, 3});
  const auto shift = torch::constant_pad_nd(delta.narrow(1, 3 * count, 2), {0, 1}).unsqueeze(1);
  return driven + offsets + shift;
}

}  // namespace vividface::liveportrait
