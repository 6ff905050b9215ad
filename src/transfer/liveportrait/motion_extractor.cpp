#include "transfer/liveportrait/motion_extractor.h"

#include <torch/torch.h>

#include <cmath>
#include <string>

namespace vividface::liveportrait {

MotionExtractor::MotionExtractor(const Weights& weights, const Placement& place) {
  const auto net = weights.scope("detector");
  for (int s = 0; net.has("stages." + std::to_string(s) + ".0.dwconv.weight"); ++s) {
    const auto down = net.scope("downsample_layers." + std::to_string(s));
    Stage stage;
    const bool stem = s == 0;
    const auto conv = down.scope(stem ? "0" : "1");
    stage.downsample = load_conv(conv, 0, place, conv["weight"].size(2));
    stage.norm = load_layer_norm(down.scope(stem ? "1" : "0"), place);
    for (int b = 0;; ++b) {
      const auto block = net.scope("stages." + std::to_string(s) + "." + std::to_string(b));
      if (!block.has("dwconv.weight")) break;
      auto depthwise = load_conv(block.scope("dwconv"), 3, place);
      depthwise.groups = depthwise.weight.size(0);
      stage.blocks.push_back({depthwise, load_layer_norm(block.scope("norm"), place),
                              load_linear(block.scope("pwconv1"), place), place(block["grn.gamma"].flatten()),
                              place(block["grn.beta"].flatten()), load_linear(block.scope("pwconv2"), place)});
    }
    stages_.push_back(stage);
  }
  norm_ = load_layer_norm(net.scope("norm"), place);

  std::vector<Tensor> head_weights, head_biases;
  int head = 0;
  for (const char* name : {"fc_pitch", "fc_yaw", "fc_roll", "fc_t", "fc_exp", "fc_scale", "fc_kp"}) {
    const auto fc = net.scope(name);
    head_weights.push_back(fc["weight"]);
    head_biases.push_back(fc["bias"]);
    head_sizes_[static_cast<std::size_t>(head++)] = fc["bias"].size(0);
  }
  heads_ = {place(torch::cat(head_weights)), place(torch::cat(head_biases))};
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
  const auto index = torch::arange(bins.size(1), bins.options());
  return (torch::softmax(bins, 1) * index).sum(1) * 3 - 97.5;
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

Tensor keypoints(const ImplicitMotion& m) {
  const auto rotation = rotation_matrix(bins_to_degrees(m.pitch), bins_to_degrees(m.yaw), bins_to_degrees(m.roll));
  const auto shift = torch::cat({m.translation.narrow(1, 0, 2), torch::zeros_like(m.scale)}, 1);
  return m.scale.unsqueeze(2) * (m.canonical.matmul(rotation) + m.expression) + shift.unsqueeze(1);
}

}  // namespace vividface::liveportrait
