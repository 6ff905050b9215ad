#include "transfer/liveportrait/motion_extractor.h"

#include <torch/torch.h>

#include <cmath>
#include <string>

#include "motion/relative_terms.h"

namespace vividface::liveportrait {
namespace {

struct TorchAlgebra {
  static Tensor product(const Tensor& a, const Tensor& b) { return a.matmul(b); }
  static Tensor transposed(const Tensor& a) { return a.transpose(1, 2); }
  static Tensor without_z(const Tensor& t) { return torch::constant_pad_nd(t.narrow(2, 0, 2), {0, 1}); }
};

}  // namespace

MotionExtractor::MotionExtractor(const Weights& weights, const Placement& place) {
  const auto net = weights.scope("detector");
  std::int64_t channels = 3;
  for (int s = 0; s == 0 || net.has("stages." + std::to_string(s) + ".0.dwconv.weight"); ++s) {
    const auto down = net.scope("downsample_layers." + std::to_string(s));
    Stage stage;
    const bool stem = s == 0;
    stage.downsample = load_patches(down.scope(stem ? "0" : "1"), channels, place);
    stage.norm = load_layer_norm(down.scope(stem ? "1" : "0"), stem ? stage.downsample.outputs() : channels, place);
    channels = stage.downsample.outputs();
    for (int b = 0;; ++b) {
      const auto block = net.scope("stages." + std::to_string(s) + "." + std::to_string(b));
      if (b > 0 && !block.has("dwconv.weight")) break;
      stage.blocks.push_back(load_block(block, channels, place));
    }
    stages_.push_back(stage);
  }
  norm_ = load_layer_norm(net.scope("norm"), channels, place);

  std::vector<Tensor> head_weights, head_biases;
  const auto head = [&](const char* name, std::int64_t outputs) {
    const auto fc = load_linear(net.scope(name), channels, outputs, {});
    head_sizes_[head_weights.size()] = fc.bias.size(0);
    head_weights.push_back(fc.weight);
    head_biases.push_back(fc.bias);
    return fc.bias.size(0);
  };
  for (const char* angle : {"fc_pitch", "fc_yaw", "fc_roll"}) head(angle, kAngleBins);
  head("fc_t", 3);
  const auto coordinates = head("fc_exp", Weights::kAny);
  head("fc_scale", 1);
  head("fc_kp", coordinates);
  if (coordinates % 3 != 0)
    net.refuse("fc_exp.weight", "expected three coordinates a keypoint, found " + std::to_string(coordinates));
  keypoint_count_ = coordinates / 3;
  heads_ = {place(torch::cat(head_weights)), place(torch::cat(head_biases))};
}

MotionExtractor::Block MotionExtractor::load_block(const Weights& weights, std::int64_t channels,
                                                   const Placement& place) {
  Block block;
  block.depthwise = load_conv(weights.scope("dwconv"), {.inputs = 1, .kernel = 7, .outputs = channels}, place);
  block.depthwise.groups = channels;
  block.norm = load_layer_norm(weights.scope("norm"), channels, place);
  block.expand = load_linear(weights.scope("pwconv1"), channels, Weights::kAny, place);
  const auto wide = block.expand.bias.size(0);
  block.grn_gamma = place(weights.of_shape("grn.gamma", {1, 1, 1, wide}).flatten());
  block.grn_beta = place(weights.of_shape("grn.beta", {1, 1, 1, wide}).flatten());
  block.contract = load_linear(weights.scope("pwconv2"), wide, channels, place);
  return block;
}

ImplicitMotion MotionExtractor::operator()(const Tensor& picture) const {
  const auto to_last = [](const Tensor& x) { return x.permute({0, 2, 3, 1}); };
  const auto to_first = [](const Tensor& x) { return x.permute({0, 3, 1, 2}); };
  Tensor x;  // [1, H, W, C]
  for (std::size_t s = 0; s < stages_.size(); ++s) {
    const auto& stage = stages_[s];
    x = s == 0 ? stage.norm(to_last(stage.downsample(picture))) : to_last(stage.downsample(to_first(stage.norm(x))));
    for (const auto& block : stage.blocks) x = block(x);
  }
  const auto all = heads_(norm_(x.mean({1, 2}))).split_with_sizes(torch::IntArrayRef(head_sizes_), 1);
  return {all[0], all[1], all[2], all[3], all[4].view({1, -1, 3}), all[5], all[6].view({1, -1, 3})};
}

Tensor MotionExtractor::Block::operator()(const Tensor& x) const {
  const auto spatial = depthwise(x.permute({0, 3, 1, 2})).permute({0, 2, 3, 1});
  auto y = torch::gelu(expand(norm(spatial)));
  const auto response = torch::norm(y.to(torch::kFloat32), 2, {1, 2}, true);
  const auto relative = (response / (response.mean(-1, true) + 1e-6)).to(y.scalar_type());
  y = torch::addcmul(grn_beta, y, grn_gamma * relative + 1);  // γ·(y·n) + β + y
  return x + contract(y);
}

Tensor bins_to_degrees(const Tensor& bins) {
  constexpr double kDegreesABin = 3, kMiddle = kDegreesABin * (kAngleBins - 1) / 2;  // from -97.5 to 97.5
  const auto index = torch::arange(kAngleBins, bins.options());
  return (torch::softmax(bins, 1) * index).sum(1) * kDegreesABin - kMiddle;
}

Tensor rotation_matrix(const Tensor& pitch, const Tensor& yaw, const Tensor& roll) {
  const double radians = M_PI / 180;
  const auto x = pitch * radians, y = yaw * radians, z = roll * radians;
  const auto one = torch::ones_like(x), zero = torch::zeros_like(x);
  const auto matrix = [](const std::vector<Tensor>& entries) { return torch::stack(entries, 1).view({-1, 3, 3}); };
  const auto rx = matrix({one, zero, zero, zero, x.cos(), -x.sin(), zero, x.sin(), x.cos()});
  const auto ry = matrix({y.cos(), zero, y.sin(), zero, one, zero, -y.sin(), zero, y.cos()});
  const auto rz = matrix({z.cos(), -z.sin(), zero, z.sin(), z.cos(), zero, zero, zero, one});
  return rz.matmul(ry).matmul(rx).transpose(1, 2);
}

MotionTerms terms(const ImplicitMotion& m) {
  return {m.scale.unsqueeze(2),
          rotation_matrix(bins_to_degrees(m.pitch), bins_to_degrees(m.yaw), bins_to_degrees(m.roll)),
          m.translation.unsqueeze(1), m.expression};
}

Tensor compose(const Tensor& canonical, const MotionTerms& t) {
  return t.scale * (canonical.matmul(t.rotation) + t.expression) + TorchAlgebra::without_z(t.translation);
}

Tensor keypoints(const ImplicitMotion& m) { return compose(m.canonical, terms(m)); }

MotionTerms relative_motion(const MotionTerms& source, const MotionTerms& driving, const MotionTerms& reference) {
  MotionTerms result;
  relative_terms<TorchAlgebra>(source, driving, reference, result);
  return result;
}

}  // namespace vividface::liveportrait
