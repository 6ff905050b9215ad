#include "transfer/liveportrait/generator.h"

#include <torch/torch.h>

#include <string>

#include "transfer/liveportrait/spade_ops.h"

namespace vividface::liveportrait {
namespace {

constexpr double kLeak = 0.2;

Conv load_spectral(const Weights& conv, std::int64_t padding, const Placement& place) {
  return {place(plain_weight(conv)), conv.has("bias") ? place(conv["bias"]) : Tensor(), 1, padding};
}

/// γ ‖ β, with the 1 of 1 + γ in γ's bias.
Conv load_gamma_beta(const Weights& norm, const Placement& place) {
  const auto weight = torch::cat({norm["mlp_gamma.weight"], norm["mlp_beta.weight"]});
  const auto bias = torch::cat({norm["mlp_gamma.bias"] + 1, norm["mlp_beta.bias"]});
  return {place(weight), place(bias), 1, 1};
}

}  // namespace

Generator::Generator(const Weights& weights, const Placement& place) {
  fc_ = load_conv(weights.scope("fc"), 1, place);
  for (int i = 0; weights.has("G_middle_" + std::to_string(i) + ".conv_0.weight_orig"); ++i) {
    middle_.push_back(load_block(weights.scope("G_middle_" + std::to_string(i)), 1, place));
  }
  up_0_ = load_block(weights.scope("up_0"), 2, place);
  up_1_ = load_block(weights.scope("up_1"), 4, place);
  const bool shuffled = weights.has("conv_img.0.weight");
  to_picture_ = load_conv(weights.scope(shuffled ? "conv_img.0" : "conv_img"), 1, place);
  pixel_shuffle_ = shuffled ? 2 : 1;
}

Generator::Block Generator::load_block(const Weights& weights, std::int64_t upsampling, const Placement& place) {
  Block block;
  block.upsampling = upsampling;
  const bool has_shortcut = weights.has("conv_s.weight_orig");

  std::vector<Tensor> hidden_weights, hidden_biases;
  for (const char* name : {"norm_0", "norm_1", "norm_s"}) {
    if (!weights.has(std::string(name) + ".mlp_shared.0.weight")) continue;
    hidden_weights.push_back(weights[std::string(name) + ".mlp_shared.0.weight"]);
    hidden_biases.push_back(weights[std::string(name) + ".mlp_shared.0.bias"]);
  }
  auto hidden = torch::cat(hidden_weights).to(torch::kFloat64);
  if (upsampling > 1) {
    const int factor = static_cast<int>(upsampling);
    hidden = upsampled_taps(upsampled_taps(hidden, 3, factor), 2, factor).transpose(0, 1);
  }
  block.shared = {place(hidden), place(torch::cat(hidden_biases)), upsampling == 4 ? 3 : upsampling, 1};

  block.norm_0 = {load_gamma_beta(weights.scope("norm_0"), place)};
  block.norm_1 = {load_gamma_beta(weights.scope("norm_1"), place)};
  block.conv_0 = load_spectral(weights.scope("conv_0"), 1, place);
  block.conv_0.bias = Tensor();  // vanishes under norm_1's mean (docs/liveportrait.md: reduction 1)
  block.conv_1 = load_spectral(weights.scope("conv_1"), 1, place);

  if (has_shortcut) {
    const auto norm = weights.scope("norm_s");
    const auto scale = plain_weight(weights.scope("conv_s"));  // [out, in, 1, 1]
    const auto matrix = scale.flatten(1);
    const auto beta = norm["mlp_beta.weight"].to(torch::kFloat64);
    const auto composed = matrix.matmul(beta.flatten(1)).view({-1, beta.size(1), beta.size(2), beta.size(3)});
    block.shortcut =
        Block::Shortcut{Conv{place(norm["mlp_gamma.weight"]), place(norm["mlp_gamma.bias"] + 1), 1, 1},
                        Conv{place(scale), Tensor(), 1, 0},
                        Conv{place(composed), place(matrix.mv(norm["mlp_beta.bias"].to(torch::kFloat64))), 1, 1}};
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
