#include "transfer/liveportrait/generator.h"

#include <torch/torch.h>

#include <string>
#include <vector>

#include "transfer/liveportrait/spade_ops.h"

namespace vividface::liveportrait {
namespace {

constexpr double kLeak = 0.2;

Conv load_spectral(const Weights& conv, const ConvShape& shape, const Placement& place) {
  return {place(plain_weight(conv, shape)), Tensor(), 1, shape.kernel / 2};
}

struct SpadeShape {
  std::int64_t channels;  ///< that are normalized
  std::int64_t hidden;    ///< maps
  std::vector<std::int64_t> weight() const { return {channels, hidden, 3, 3}; }
};

/// γ ‖ β, with the 1 of 1 + γ in γ's bias.
Conv load_gamma_beta(const Weights& norm, const SpadeShape& shape, const Placement& place) {
  const auto weight =
      torch::cat({norm.of_shape("mlp_gamma.weight", shape.weight()), norm.of_shape("mlp_beta.weight", shape.weight())});
  const auto bias = torch::cat(
      {norm.of_shape("mlp_gamma.bias", {shape.channels}) + 1, norm.of_shape("mlp_beta.bias", {shape.channels})});
  return with_winograd({place(weight), place(bias), 1, 1});
}

}  // namespace

Generator::Generator(const Weights& weights, const Placement& place) {
  const auto features = weights.of_shape("fc.weight", {Weights::kAny, Weights::kAny, 3, 3}).size(1);
  fc_ = load_conv(weights.scope("fc"), {.inputs = features, .kernel = 3}, place);
  const auto block = [&](const std::string& name, std::int64_t inputs, std::int64_t upsampling) {
    return load_block(weights.scope(name), {features, inputs, upsampling}, place);
  };
  const auto channels = fc_.outputs();
  for (int i = 0; weights.has("G_middle_" + std::to_string(i) + ".conv_0.weight_orig"); ++i) {
    middle_.push_back(block("G_middle_" + std::to_string(i), channels, 1));
  }
  up_0_ = block("up_0", channels, 2);
  up_1_ = block("up_1", up_0_.conv_1.outputs(), 4);
  const bool shuffled = weights.has("conv_img.0.weight");
  pixel_shuffle_ = shuffled ? 2 : 1;
  to_picture_ = load_conv(weights.scope(shuffled ? "conv_img.0" : "conv_img"),
                          {.inputs = up_1_.conv_1.outputs(), .kernel = 3, .outputs = shuffled ? 12 : 3}, place);
}

Generator::Block Generator::load_block(const Weights& weights, const BlockShape& shape, const Placement& place) {
  Block block;
  block.upsampling = shape.upsampling;
  const bool has_shortcut = weights.has("conv_s.weight_orig");

  std::vector<std::string> norms = {"norm_0", "norm_1"};
  if (has_shortcut) norms.emplace_back("norm_s");
  std::vector<Tensor> hidden_weights, hidden_biases;
  for (const auto& name : norms) {
    const auto shared = weights.scope(name + ".mlp_shared.0");
    const auto maps = hidden_weights.empty() ? Weights::kAny : hidden_weights.front().size(0);
    hidden_weights.push_back(shared.of_shape("weight", {maps, shape.features, 3, 3}));
    hidden_biases.push_back(shared.of_shape("bias", {hidden_weights.back().size(0)}));
  }
  const auto maps = hidden_weights.front().size(0);
  auto hidden = torch::cat(hidden_weights).to(torch::kFloat64);
  if (shape.upsampling > 1) {
    const int factor = static_cast<int>(shape.upsampling);
    hidden = upsampled_taps(upsampled_taps(hidden, 3, factor), 2, factor).transpose(0, 1);
  }
  block.shared = {place(hidden), place(torch::cat(hidden_biases)), shape.upsampling == 4 ? 3 : shape.upsampling, 1};

  block.norm_0 = {load_gamma_beta(weights.scope("norm_0"), {shape.inputs, maps}, place)};
  // conv_0 has no bias: it would vanish under norm_1's mean (docs/liveportrait.md: reduction 1).
  block.conv_0 = load_spectral(weights.scope("conv_0"), {.inputs = shape.inputs, .kernel = 3}, place);
  const auto middle = block.conv_0.outputs();
  block.norm_1 = {load_gamma_beta(weights.scope("norm_1"), {middle, maps}, place)};
  const auto outputs = has_shortcut ? Weights::kAny : shape.inputs;
  block.conv_1 = load_spectral(weights.scope("conv_1"), {.inputs = middle, .kernel = 3, .outputs = outputs}, place);
  block.conv_1.bias = place(weights.of_shape("conv_1.bias", {block.conv_1.outputs()}));
  block.conv_0 = with_winograd(block.conv_0);
  block.conv_1 = with_winograd(block.conv_1);

  if (has_shortcut) {
    const auto norm = weights.scope("norm_s");
    const SpadeShape spade{shape.inputs, maps};
    const auto scale =  // [out, in, 1, 1]
        plain_weight(weights.scope("conv_s"), {.inputs = shape.inputs, .kernel = 1, .outputs = block.conv_1.outputs()});
    const auto matrix = scale.flatten(1);
    const auto beta = norm.of_shape("mlp_beta.weight", spade.weight()).to(torch::kFloat64);
    const auto beta_bias = norm.of_shape("mlp_beta.bias", {shape.inputs}).to(torch::kFloat64);
    const auto composed = matrix.matmul(beta.flatten(1)).view({-1, maps, 3, 3});
    block.shortcut = Block::Shortcut{with_winograd({place(norm.of_shape("mlp_gamma.weight", spade.weight())),
                                                    place(norm.of_shape("mlp_gamma.bias", {shape.inputs}) + 1), 1, 1}),
                                     Conv{place(scale), Tensor(), 1, 0},
                                     with_winograd({place(composed), place(matrix.mv(beta_bias)), 1, 1})};
  }
  return block;
}

Tensor Generator::operator()(const Tensor& features) const {
  auto x = fc_(features);
  for (const auto& block : middle_) x = block(x, features, false);
  x = up_0_(x, features, true);
  x = up_1_(x, features, true);
  x = to_picture_(torch::leaky_relu(x, kLeak));
  if (pixel_shuffle_ > 1) x = torch::pixel_shuffle(x, pixel_shuffle_);
  return torch::sigmoid(x);
}

Tensor Generator::Block::operator()(const Tensor& x, const Tensor& features, bool x_is_half) const {
  const auto hidden = hidden_maps(features);
  const auto moments = channel_moments(x);
  auto y = conv_0(modulate(x, moments, norm_0.gamma_beta(hidden[0]), kLeak, x_is_half));
  y = conv_1(modulate(y, channel_moments(y), norm_1.gamma_beta(hidden[1]), kLeak, false));
  if (!shortcut) return y.add_(x);
  const auto scaled = scale_normalized(x, moments, shortcut->gamma(hidden[2]), x_is_half);
  return y.add_(shortcut->scale(scaled)).add_(shortcut->shift(hidden[2]));
}

std::vector<Tensor> Generator::Block::hidden_maps(const Tensor& features) const {
  const auto all = upsampling == 1 ? shared(features)
                                   : torch::conv_transpose2d(features, shared.weight, shared.bias, shared.stride, 1);
  return split_hidden_maps(all, shortcut ? 3 : 2, upsampling == 4);
}

}  // namespace vividface::liveportrait
