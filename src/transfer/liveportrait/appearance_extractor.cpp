#include "transfer/liveportrait/appearance_extractor.h"

#include <torch/torch.h>

#include <string>

namespace vividface::liveportrait {

AppearanceExtractor::AppearanceExtractor(const Weights& weights, const Placement& place) {
  const auto same = [&](const Weights& block, std::int64_t inputs) {
    return load_conv_norm(block.scope("conv"), block.scope("norm"), {.inputs = inputs, .kernel = 3}, place);
  };
  first_ = same(weights.scope("first"), 3);
  auto channels = first_.outputs();
  for (int i = 0; weights.has("down_blocks." + std::to_string(i) + ".conv.weight"); ++i) {
    down_.push_back(same(weights.scope("down_blocks." + std::to_string(i)), channels));
    channels = down_.back().outputs();
  }
  second_ = load_conv(weights.scope("second"), {.inputs = channels, .kernel = 1}, place);
  if (second_.outputs() % kVolumeDepth != 0)
    weights.refuse("second.weight", "expected a multiple of 16 channels, found " + std::to_string(second_.outputs()));
  const ConvShape of_volume{volume_channels(), 3, 3, volume_channels()};
  for (int i = 0; weights.has("resblocks_3d.3dr" + std::to_string(i) + ".conv1.weight"); ++i) {
    const auto block = weights.scope("resblocks_3d.3dr" + std::to_string(i));
    blocks_.push_back({load_norm(block.scope("norm1"), volume_channels(), 3, place),
                       load_conv_norm(block.scope("conv1"), block.scope("norm2"), of_volume, place),
                       load_conv(block.scope("conv2"), of_volume, place)});
  }
}

Tensor AppearanceExtractor::operator()(const Tensor& picture) const {
  auto x = torch::relu(first_(picture));
  for (const auto& down : down_) x = torch::avg_pool2d(torch::relu(down(x)), 2);
  x = second_(x);
  x = x.contiguous().view({x.size(0), x.size(1) / kVolumeDepth, kVolumeDepth, x.size(2), x.size(3)});
  for (const auto& block : blocks_) x = block(x);
  return x;
}

Tensor AppearanceExtractor::ResBlock3d::operator()(const Tensor& x) const {
  return x + conv2(torch::relu(conv1(torch::relu(norm1(x)))));
}

}  // namespace vividface::liveportrait
