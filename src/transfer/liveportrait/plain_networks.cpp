#include "transfer/liveportrait/plain_networks.h"

#include <torch/torch.h>

#include <string>
#include <vector>

namespace vividface::liveportrait {
namespace {

using torch::Tensor;

constexpr double kKeypointVariance = 0.01;

Tensor conv2d(const Weights& w, const Tensor& x, std::int64_t padding) {
  return torch::conv2d(x, w["weight"], w.has("bias") ? w["bias"] : Tensor(), 1, padding);
}

Tensor conv3d(const Weights& w, const Tensor& x, std::int64_t padding) {
  return torch::conv3d(x, w["weight"], w["bias"], 1, padding);
}

Tensor batch_norm(const Weights& w, const Tensor& x) {
  return torch::batch_norm(x, w["weight"], w["bias"], w["running_mean"], w["running_var"], /*training=*/false, 0.1,
                           1e-5, false);
}

Tensor block3d(const Weights& w, const Tensor& x) {
  return torch::relu(batch_norm(w.scope("norm"), conv3d(w.scope("conv"), x, 1)));
}

/// x, y, z in −1…1 of every cell of a volume like `volume`: [D, H, W, 3].
Tensor coordinate_grid(const Tensor& volume) {
  const auto axis = [&](std::int64_t count) {
    return torch::arange(count, volume.options()) * (2.0 / static_cast<double>(count - 1)) - 1;
  };
  const auto zyx = torch::meshgrid({axis(volume.size(2)), axis(volume.size(3)), axis(volume.size(4))}, "ij");
  return torch::stack({zyx[2], zyx[1], zyx[0]}, 3);
}

Tensor sample(const Tensor& volume, const Tensor& grid) {
  return torch::grid_sampler(volume, grid, /*bilinear*/ 0, /*zeros*/ 0, /*align_corners=*/false);
}

/// [1, N, 3] → [1, N, D, H, W].
Tensor gaussians(const Tensor& keypoints, const Tensor& grid) {
  const auto away = grid.unsqueeze(0).unsqueeze(0) - keypoints.view({1, -1, 1, 1, 1, 3});
  return torch::exp(-0.5 * away.square().sum(-1) / kKeypointVariance);
}

Tensor hourglass(const Weights& w, const Tensor& input) {
  std::vector<Tensor> skips{input};
  const auto encoder = w.scope("encoder"), decoder = w.scope("decoder");
  for (int i = 0; encoder.has("down_blocks." + std::to_string(i) + ".conv.weight"); ++i) {
    const auto down = encoder.scope("down_blocks." + std::to_string(i));
    skips.push_back(torch::avg_pool3d(block3d(down, skips.back()), {1, 2, 2}));
  }
  auto x = skips.back();
  for (int i = 0; decoder.has("up_blocks." + std::to_string(i) + ".conv.weight"); ++i) {
    skips.pop_back();
    const auto larger = torch::upsample_nearest3d(x, {x.size(2), x.size(3) * 2, x.size(4) * 2});
    x = torch::cat({block3d(decoder.scope("up_blocks." + std::to_string(i)), larger), skips.back()}, 1);
  }
  return block3d(decoder, x);
}

Tensor spade(const Weights& w, const Tensor& x, const Tensor& features) {
  const auto map = torch::upsample_nearest2d(features, {x.size(2), x.size(3)});
  const auto hidden = torch::relu(conv2d(w.scope("mlp_shared.0"), map, 1));
  const auto normalized = torch::instance_norm(x, {}, {}, {}, {}, /*use_input_stats=*/true, 0.1, 1e-5, false);
  return normalized * (1 + conv2d(w.scope("mlp_gamma"), hidden, 1)) + conv2d(w.scope("mlp_beta"), hidden, 1);
}

Weights without_spectral_norm(const Weights& weights) {
  std::map<std::string, Tensor> plain;
  const std::string original = "weight_orig";
  for (const auto& [key, tensor] : weights.all()) {
    if (!key.ends_with(original)) {
      plain[key] = tensor;
      continue;
    }
    const auto stem = key.substr(0, key.size() - original.size());
    const auto sigma = weights[stem + "weight_u"].dot(tensor.flatten(1).mv(weights[stem + "weight_v"]));
    plain[stem + "weight"] = tensor / sigma;
  }
  return Weights(std::move(plain), weights.name());
}

}  // namespace

Warped PlainWarping::operator()(const Tensor& volume, const Tensor& source, const Tensor& driven) const {
  const auto dense = weights_.scope("dense_motion_network");
  const auto compressed = torch::relu(batch_norm(dense.scope("norm"), conv3d(dense.scope("compress"), volume, 0)));

  // Where each keypoint, and the background, would take every voxel from.
  const auto identity = coordinate_grid(volume);
  const auto count = source.size(1);
  const auto moved = identity.unsqueeze(0) + (source - driven).view({count, 1, 1, 1, 3});
  const auto sparse = torch::cat({identity.unsqueeze(0), moved});  // [N+1, D, H, W, 3]
  const auto candidates = sample(compressed.repeat({count + 1, 1, 1, 1, 1}), sparse);
  const auto heat = gaussians(driven, identity) - gaussians(source, identity);
  const auto background = torch::zeros_like(heat.slice(1, 0, 1));
  const auto heats = torch::cat({background, heat}, 1)[0].unsqueeze(1);
  const auto input = torch::cat({heats, candidates}, 1).flatten(0, 1).unsqueeze(0);

  const auto prediction = hourglass(dense.scope("hourglass"), input);
  const auto mask = torch::softmax(conv3d(dense.scope("mask"), prediction, 3), 1);  // [1, N+1, D, H, W]
  const auto deformation = (sparse * mask[0].unsqueeze(-1)).sum(0, /*keepdim=*/true);
  const auto occlusion = torch::sigmoid(conv2d(dense.scope("occlusion"), prediction.flatten(1, 2), 3));

  auto x = sample(volume, deformation).flatten(1, 2);
  const auto third = weights_.scope("third");
  x = torch::leaky_relu(batch_norm(third.scope("norm"), conv2d(third.scope("conv"), x, 1)), 0.01);
  return {conv2d(weights_.scope("fourth"), x, 0) * occlusion, deformation, occlusion};
}

PlainGenerator::PlainGenerator(const Weights& weights) : weights_(without_spectral_norm(weights)) {}

Tensor PlainGenerator::operator()(const Tensor& features) const {
  const auto upsampled = [](const Tensor& x) { return torch::upsample_nearest2d(x, {x.size(2) * 2, x.size(3) * 2}); };
  auto x = conv2d(weights_.scope("fc"), features, 1);
  for (int i = 0; weights_.has("G_middle_" + std::to_string(i) + ".conv_0.weight"); ++i)
    x = block("G_middle_" + std::to_string(i), x, features);
  x = block("up_0", upsampled(x), features);
  x = block("up_1", upsampled(x), features);
  x = conv2d(weights_.scope("conv_img.0"), torch::leaky_relu(x, 0.2), 1);
  return torch::sigmoid(torch::pixel_shuffle(x, 2));
}

Tensor PlainGenerator::block(const std::string& name, const Tensor& x, const Tensor& features) const {
  const auto w = weights_.scope(name);
  const auto modulated = [&](const char* norm, const Tensor& y) {
    return torch::leaky_relu(spade(w.scope(norm), y, features), 0.2);
  };
  const auto y = conv2d(w.scope("conv_0"), modulated("norm_0", x), 1);
  const auto z = conv2d(w.scope("conv_1"), modulated("norm_1", y), 1);
  if (!w.has("conv_s.weight")) return x + z;
  return conv2d(w.scope("conv_s"), spade(w.scope("norm_s"), x, features), 0) + z;
}

}  // namespace vividface::liveportrait
