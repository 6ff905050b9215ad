#include "transfer/liveportrait/layers.h"

#include <torch/torch.h>

#include <algorithm>
#include <vector>

#include "transfer/liveportrait/winograd.h"

namespace vividface::liveportrait {
namespace {

constexpr double kBatchNormEps = 1e-5;
constexpr double kLayerNormEps = 1e-6;

struct NormFactors {
  Tensor scale, shift;  // float64, one a channel
};

NormFactors batch_norm_factors(const Weights& norm, std::int64_t channels) {
  const auto tensor = [&](const char* key) { return norm.of_shape(key, {channels}).to(torch::kFloat64); };
  const auto scale = tensor("weight") / torch::sqrt(tensor("running_var") + kBatchNormEps);
  return {scale, tensor("bias") - tensor("running_mean") * scale};
}

std::vector<std::int64_t> per_channel(const Tensor& reference, int dimensions, int channel_dimension) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(dimensions), 1);
  shape[static_cast<std::size_t>(channel_dimension)] = reference.size(0);
  return shape;
}

}  // namespace

Tensor Conv::operator()(const Tensor& x) const {
  if (winograd.defined() && takes_winograd(x)) return winograd_conv(x, winograd, bias);
  if (weight.dim() == 5) return torch::conv3d(x, weight, bias, stride, padding);
  return torch::conv2d(x, weight, bias, stride, padding, 1, groups);
}

Conv with_winograd(Conv conv) {
  constexpr std::int64_t kWorthwhile = 64;  // channels: with fewer the transforms cost more than the products
  const Tensor& w = conv.weight;
  if (w.dim() == 4 && w.is_cpu() && w.scalar_type() == torch::kFloat32 && w.size(2) == 3 && w.size(3) == 3 &&
      conv.stride == 1 && conv.padding == 1 && conv.groups == 1 && std::min(w.size(0), w.size(1)) >= kWorthwhile)
    conv.winograd = winograd_weight(w);
  return conv;
}

Tensor ChannelAffine::operator()(const Tensor& x) const { return torch::addcmul(shift, x, scale); }

Tensor Linear::operator()(const Tensor& x) const { return torch::linear(x, weight, bias); }

Tensor LayerNorm::operator()(const Tensor& x) const {
  return torch::layer_norm(x, {x.size(-1)}, weight, bias, kLayerNormEps);
}

std::vector<std::int64_t> ConvShape::weight() const {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(dimensions) + 2, kernel);
  shape[0] = outputs;
  shape[1] = inputs;
  return shape;
}

Conv load_conv(const Weights& conv, const ConvShape& shape, const Placement& place) {
  const auto weight = conv.of_shape("weight", shape.weight());
  return {place(weight), place(conv.of_shape("bias", {weight.size(0)})), 1, shape.kernel / 2};
}

Conv load_conv_norm(const Weights& conv, const Weights& norm, const ConvShape& shape, const Placement& place) {
  const auto weight = conv.of_shape("weight", shape.weight()).to(torch::kFloat64);
  const auto bias = conv.of_shape("bias", {weight.size(0)}).to(torch::kFloat64);
  const auto [scale, shift] = batch_norm_factors(norm, weight.size(0));
  const auto folded = weight * scale.view(per_channel(scale, static_cast<int>(weight.dim()), 0));
  return {place(folded), place(bias * scale + shift), 1, shape.kernel / 2};
}

Conv load_patches(const Weights& conv, std::int64_t inputs, const Placement& place) {
  const auto kernel = conv.of_shape("weight", {Weights::kAny, inputs, Weights::kAny, Weights::kAny}).size(2);
  auto patches = load_conv(conv, {.inputs = inputs, .kernel = kernel}, place);
  patches.stride = kernel;
  patches.padding = 0;
  return patches;
}

ChannelAffine load_norm(const Weights& norm, std::int64_t channels, int dimensions, const Placement& place) {
  const auto [scale, shift] = batch_norm_factors(norm, channels);
  const auto shape = per_channel(scale, dimensions + 2, 1);
  return {place(scale.view(shape)), place(shift.view(shape))};
}

Linear load_linear(const Weights& linear, std::int64_t inputs, std::int64_t outputs, const Placement& place) {
  const auto weight = linear.of_shape("weight", {outputs, inputs});
  return {place(weight), place(linear.of_shape("bias", {weight.size(0)}))};
}

LayerNorm load_layer_norm(const Weights& norm, std::int64_t channels, const Placement& place) {
  return {place(norm.of_shape("weight", {channels})), place(norm.of_shape("bias", {channels}))};
}

Tensor plain_weight(const Weights& conv, const ConvShape& shape) {
  if (conv.has("weight")) return conv.of_shape("weight", shape.weight()).to(torch::kFloat64);
  const auto weight = conv.of_shape("weight_orig", shape.weight()).to(torch::kFloat64);
  const auto u = conv.of_shape("weight_u", {weight.size(0)}).to(torch::kFloat64);
  const auto v = conv.of_shape("weight_v", {weight[0].numel()}).to(torch::kFloat64);
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
