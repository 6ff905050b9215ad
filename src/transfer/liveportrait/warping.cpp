#include "transfer/liveportrait/warping.h"

#include <torch/torch.h>

#include <string>
#include <utility>

#ifdef VIVIDFACE_CUDA
#include "transfer/liveportrait/kernels.h"
#endif

namespace vividface::liveportrait {
namespace {

namespace F = torch::nn::functional;

constexpr double kKeypointVariance = 0.01;
constexpr std::size_t kUpConvsWorthTransposing = 3;
constexpr auto kAny = Weights::kAny;

/// −1…1 over `count` cells, first and last cell included.
Tensor axis(std::int64_t count, const Tensor& like) {
  return torch::arange(count, like.options()) * (2.0 / static_cast<double>(count - 1)) - 1;
}

/// x, y, z of every cell: [D, H, W, 3].
Tensor identity_grid(torch::IntArrayRef depth_height_width, const Tensor& like) {
  const auto z = axis(depth_height_width[0], like).view({-1, 1, 1}).expand(depth_height_width);
  const auto y = axis(depth_height_width[1], like).view({1, -1, 1}).expand(depth_height_width);
  const auto x = axis(depth_height_width[2], like).view({1, 1, -1}).expand(depth_height_width);
  return torch::stack({x, y, z}, 3);
}

/// exp(−|cell − keypoint|² / 2σ²) of each keypoint: [1, N, 3] → [N, D, H, W]. Separable: a product over the axes.
Tensor gaussians(const Tensor& keypoints, torch::IntArrayRef depth_height_width) {
  const auto along = [&](int coordinate, std::int64_t count) {
    const auto distance = axis(count, keypoints).view({1, -1}) - keypoints[0].select(1, coordinate).view({-1, 1});
    return torch::exp(distance.square() * (-0.5 / kKeypointVariance));
  };
  const auto count = keypoints.size(1);
  const auto x = along(0, depth_height_width[2]).view({count, 1, 1, -1});
  const auto y = along(1, depth_height_width[1]).view({count, 1, -1, 1});
  const auto z = along(2, depth_height_width[0]).view({count, -1, 1, 1});
  return z * y * x;
}

constexpr std::int64_t kTensorCoreChannels = 8;  // tensor cores want channels in eights

std::int64_t padding_to_eights(std::int64_t channels) {
  return (kTensorCoreChannels - channels % kTensorCoreChannels) % kTensorCoreChannels;
}

/// A convolution's weight with `inputs` and `outputs` more channels of zeros.
Tensor pad_channels(const Tensor& weight, std::int64_t inputs, std::int64_t outputs) {
  std::vector<std::int64_t> padding(static_cast<std::size_t>(2 * weight.dim()), 0);
  padding[padding.size() - 3] = inputs;
  padding[padding.size() - 1] = outputs;
  return torch::constant_pad_nd(weight, padding);
}

Tensor sample(const Tensor& volume, const Tensor& grid) {
  return torch::grid_sampler(volume, grid, /*bilinear*/ 0, /*zeros*/ 0, /*align_corners=*/false);
}

}  // namespace

Warping::Warping(const Weights& weights, const Placement& place) : place_(place) {
  const auto dense = weights.scope("dense_motion_network");
  const Placement exact{place.device, torch::kFloat32, false};
  const auto volume_channels = dense.of_shape("compress.weight", {kAny, kAny, 1, 1, 1}).size(1);
  compress_ = load_conv_norm(dense.scope("compress"), dense.scope("norm"), {volume_channels, 1, 3}, exact);
  mask_count_ = dense.of_shape("mask.weight", {kAny, kAny, kAny, kAny, kAny}).size(0);
  // Each keypoint and the background: the heat and the compressed channels, moved.
  const auto input_channels = mask_count_ * (1 + compress_.outputs());

  const auto block = [&](const Weights& w, std::int64_t inputs, int dimensions, std::int64_t outputs = kAny) {
    return load_conv_norm(w.scope("conv"), w.scope("norm"), {inputs, 3, dimensions, outputs}, place);
  };
  const auto encoder = dense.scope("hourglass.encoder"), decoder = dense.scope("hourglass.decoder");
  std::vector<std::int64_t> skipped{input_channels};
  for (int i = 0; i == 0 || encoder.has("down_blocks." + std::to_string(i) + ".conv.weight"); ++i) {
    down_.push_back(block(encoder.scope("down_blocks." + std::to_string(i)), skipped.back(), 3));
    skipped.push_back(down_.back().outputs());
  }
  auto channels = skipped.back();
  for (std::size_t i = 0; i < down_.size(); ++i) {
    const auto up = decoder.scope("up_blocks." + std::to_string(i));
    UpConv conv{block(up, channels, 3), Tensor()};
    if (place.device.is_cuda() && i < kUpConvsWorthTransposing) {
      auto folded =
          load_conv_norm(up.scope("conv"), up.scope("norm"), {channels, 3, 3}, {torch::kCPU, torch::kFloat64, false})
              .weight;
      folded = upsampled_taps(upsampled_taps(folded, 4, 2), 3, 2).flip({2});
      conv.transposed = place(folded.transpose(0, 1));
    }
    up_.push_back(conv);
    skipped.pop_back();
    channels = conv.conv.outputs() + skipped.back();
  }
  prediction_ = block(decoder, channels, 3);
  channels = prediction_.outputs();

  // The kernels' path pads the input's channels to eights; the skip connection carries them to the prediction.
  own_kernels_ =
      place.device.is_cuda() && place.dtype == torch::kHalf && place.channels_last && compress_.outputs() == 4;
  const auto padding = own_kernels_ ? padding_to_eights(input_channels) : 0;
  const auto padding_out = own_kernels_ ? padding_to_eights(prediction_.weight.size(0)) : 0;
  input_channels_ = input_channels + padding;
  if (own_kernels_) {
    down_.front().weight = place(pad_channels(down_.front().weight, padding, 0));
    prediction_.weight = place(pad_channels(prediction_.weight, padding, padding_out));
    prediction_.bias = torch::constant_pad_nd(prediction_.bias, {0, padding_out});
  }

  // mask[k, d] = Σ_j conv2d(slice d + j − 3, taps j of k): all k and j are channels of one 2-D convolution. The
  // occlusion's convolution over depth × channels rides along: its weights for depth d make channel d of the last
  // group.
  const auto mask =
      dense.of_shape("mask.weight", ConvShape{channels, 7, 3}.weight()).to(torch::kFloat64);  // [K, C, 7, 7, 7]
  const auto occlusion =
      dense.of_shape("occlusion.weight", {1, channels * kVolumeDepth, 7, 7}).to(torch::kFloat64);  // [1, C·D, 7, 7]
  mask_depth_taps_ = mask.size(2);
  auto flat = mask.permute({2, 0, 1, 3, 4}).reshape({-1, channels, mask.size(3), mask.size(4)});
  const auto slices = occlusion.view({channels, -1, mask.size(3), mask.size(4)}).transpose(0, 1);
  flat = torch::cat({flat, slices});
  flat = pad_channels(flat, padding_out, padding_to_eights(flat.size(0)));
  mask_ = {place(flat), Tensor(), 1, mask.size(3) / 2};
  mask_bias_ = exact(dense.of_shape("mask.bias", {mask_count_}).view({-1, 1, 1, 1}));
  occlusion_bias_ = exact(dense.of_shape("occlusion.bias", {1}).view({1, 1, 1, 1}));

  third_ = with_winograd(block(weights.scope("third"), volume_channels * kVolumeDepth, 2));
  fourth_ = load_conv(weights.scope("fourth"), {.inputs = third_.outputs(), .kernel = 1}, place);
}

SourceVolume Warping::prepare(const Tensor& volume, const Tensor& source_keypoints) const {
  SourceVolume source;
  source.volume = place_(volume);
  source.keypoints = source_keypoints;
  source.compressed = torch::relu(compress_(volume.to(torch::kFloat32).contiguous()));
  if (own_kernels_) source.compressed = source.compressed.contiguous(torch::MemoryFormat::ChannelsLast3d);
  const auto size = volume.sizes().slice(2);
  source.unmoved = sample(source.compressed, identity_grid(size, source_keypoints).unsqueeze(0));
  source.gaussians = gaussians(source_keypoints, size);
  return source;
}

Warped Warping::operator()(const SourceVolume& source, const Tensor& driven) const {
  const auto prediction = hourglass(dense_motion_input(source, driven));
  auto [deformation, occlusion] = dense_motion(source, driven, prediction);
  const auto moved = warp_volume(source, deformation);
  const auto features = fourth_(torch::leaky_relu(third_(moved), 0.01));
  return {features * occlusion.to(place_.dtype), deformation, occlusion};
}

Tensor Warping::warp_volume(const SourceVolume& source, const Tensor& deformation) const {
#ifdef VIVIDFACE_CUDA
  if (own_kernels_) return kernels::warp_volume(source.volume, deformation);
#endif
  return place_(sample(source.volume.to(torch::kFloat32), deformation).flatten(1, 2));
}

Tensor Warping::dense_motion_input(const SourceVolume& source, const Tensor& driven) const {
#ifdef VIVIDFACE_CUDA
  if (own_kernels_) {
    return kernels::dense_motion_input(source.compressed, source.keypoints, driven, kKeypointVariance, input_channels_);
  }
#endif
  const auto size = source.volume.sizes().slice(2);
  const auto count = driven.size(1);
  const auto moves = (source.keypoints - driven)[0].view({count, 1, 1, 1, 3});
  const auto grids = identity_grid(size, driven).unsqueeze(0) + moves;  // [N, D, H, W, 3]
  const auto moved = sample(source.compressed.expand({count, -1, -1, -1, -1}), grids);

  const auto heat = gaussians(driven, size) - source.gaussians;
  const auto keypoint_channels = torch::cat({heat.unsqueeze(1), moved}, 1);  // [N, 5, …]
  const auto background = torch::cat({torch::zeros_like(heat.slice(0, 0, 1)).unsqueeze(1), source.unmoved}, 1);
  return place_(torch::cat({background, keypoint_channels}).flatten(0, 1).unsqueeze(0));
}

Tensor Warping::hourglass(const Tensor& input) const {
  std::vector<Tensor> skips{input};
  for (const auto& down : down_) skips.push_back(torch::avg_pool3d(torch::relu(down(skips.back())), {1, 2, 2}));
  auto x = skips.back();
  for (const auto& up : up_) {
    skips.pop_back();
    x = torch::cat({torch::relu(up(x)), skips.back()}, 1);
  }
  return torch::relu(prediction_(x));
}

Tensor Warping::UpConv::operator()(const Tensor& x) const {
  if (transposed.defined()) return torch::conv_transpose3d(x, transposed, conv.bias, {1, 2, 2}, {1, 1, 1});
  return conv(torch::upsample_nearest3d(x, {x.size(2), x.size(3) * 2, x.size(4) * 2}));
}

std::pair<Tensor, Tensor> Warping::dense_motion(const SourceVolume& source, const Tensor& driven,
                                                const Tensor& prediction) const {
  const auto depth = prediction.size(2), height = prediction.size(3), width = prediction.size(4);
  auto slices = prediction[0].transpose(0, 1);  // [D, C, H, W]
  if (!place_.channels_last) slices = slices.contiguous();
  auto taps = mask_(slices);
  const auto occlusion_channel = mask_depth_taps_ * mask_count_;
#ifdef VIVIDFACE_CUDA
  if (own_kernels_) {
    return {kernels::mask_to_deformation(taps, mask_bias_, source.keypoints, driven, mask_depth_taps_),
            kernels::taps_to_occlusion(taps, occlusion_bias_, occlusion_channel)};
  }
#endif
  taps = taps.to(torch::kFloat32);
  Tensor logits = mask_bias_.expand({mask_count_, depth, height, width}).clone();
  for (std::int64_t tap = 0; tap < mask_depth_taps_; ++tap) {
    const auto offset = tap - mask_depth_taps_ / 2;  // this tap reads slice d + offset
    const auto first = std::max<std::int64_t>(0, -offset), count = depth - std::abs(offset);
    if (count <= 0) continue;
    logits.narrow(1, first, count)
        .add_(taps.narrow(0, first + offset, count).narrow(1, tap * mask_count_, mask_count_).transpose(0, 1));
  }

  // The background keeps its place; keypoint k moves by s_k − d_k: deformation = grid + Σ_k mask_k (s_k − d_k).
  const auto masks = torch::softmax(logits, 0).narrow(0, 1, mask_count_ - 1);  // [N, D, H, W]
  const auto moves = (source.keypoints - driven)[0];                           // [N, 3]
  const auto shift = masks.flatten(1).t().matmul(moves).view({depth, height, width, 3});
  const auto occlusion = taps.narrow(1, occlusion_channel, depth).diagonal(0, 0, 1).sum(-1).view({1, 1, height, width});
  return {(identity_grid(prediction.sizes().slice(2), driven) + shift).unsqueeze(0),
          torch::sigmoid(occlusion + occlusion_bias_)};
}

}  // namespace vividface::liveportrait
