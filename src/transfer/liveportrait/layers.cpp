#include "transfer/liveportrait/layers.h"

#include <torch/torch.h>

#include <vector>

namespace vividface::liveportrait {
namespace {

constexpr double kBatchNormEps = 1e-5;
constexpr double kLayerNormEps = 1e-6;

struct NormFactors {
  Tensor scale, shift;  // float64, one a channel
};

NormFactors batch_norm_factors(const Weights& norm) {
  const auto scale =
      norm["weight"].to(torch::kFloat64) / torch::sqrt(norm["running_var"].to(torch::kFloat64) + kBatchNormEps);
  return {scale, norm["bias"].to(torch::kFloat64) - norm["running_mean"].to(torch::kFloat64) * scale};
}

std::vector<std::int64_t> per_channel(const Tensor& reference, int dimensions, int channel_dimension) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(dimensions), 1);
  shape[static_cast<std::size_t>(channel_dimension)] = reference.size(0);
  return shape;
}

}  // namespace

Tensor Conv::operator()(const Tensor& x) const {
  if (weight.dim() == 5) return torch::conv3d(x, weight, bias, stride, padding);
  return torch::conv2d(x, weight, bias, stride, padding, 1, groups);
}

Tensor ChannelAffine::operator()(const Tensor& x) const { return torch::addcmul(shift, x, scale); }

Tensor Linear::operator()(const Tensor& x) const { return torch::linear(x, weight, bias); }

Tensor LayerNorm::operator()(const Tensor& x) const {
  return torch::layer_norm(x, {x.size(-1)}, weight, bias, kLayerNormEps);
}

Conv load_conv(const Weights& conv, std::int64_t padding, const Placement& place, std::int64_t stride) {
  const auto bias = conv.has("bias") ? place(conv["bias"]) : Tensor();
  return {place(conv["weight"]), bias, stride, padding};
}

Conv load_conv_norm(const Weights& conv, const Weights& norm, std::int64_t padding, const Placement& place) {
  const auto [scale, shift] = batch_norm_factors(norm);
  const auto weight = conv["weight"].to(torch::kFloat64);
  const auto folded = weight * scale.view(per_channel(scale, static_cast<int>(weight.dim()), 0));
  return {place(folded), place(conv["bias"].to(torch::kFloat64) * scale + shift), 1, padding};
}

ChannelAffine load_norm(const Weights& norm, int dimensions, const Placement& place) {
  const auto [scale, shift] = batch_norm_factors(norm);
  const auto shape = per_channel(scale, dimensions, 1);
  return {place(scale.view(shape)), place(shift.view(shape))};
}

Linear load_linear(const Weights& linear, const Placement& place) {
  return {place(linear["weight"]), place(linear["bias"])};
}

LayerNorm load_layer_norm(const Weights& norm, const Placement& place) {
  return {place(norm["weight"]), place(norm["bias"])};
}

Tensor plain_weight(const Weights& conv) {
  if (conv.has("weight")) return conv["weight"].to(torch::kFloat64);
  const auto weight = conv["weight_orig"].to(torch::kFloat64);
  const auto u = conv["weight_u"].to(torch::kFloat64), v = conv["weight_v"].to(torch::kFloat64);
  const auto sigma = u.dot(weight.reshape({weight.size(0), -1}).mv(v));
  return weight / sigma;
}

Tensor upsampled_taps(const Tensor& weight, int dimension, int factor) {
  const auto taps = weight.unbind(dimension);
  const Tensor &w0 = taps[0], &w1 = taps[1], &w2 = taps[2];
  const std::vector<Tensor> kernel = factor == 2 ? std::vector<Tensor>{w2, w1 + w2, w0 + w1, w0}
                                                 : std::vector<Tensor>{w2, w1 + w2, w0 + w1 + w2, w0 + w1, w0};
  return torch::stack(kernel, dimension);
}

}  // namespace vividface::liveportrait
