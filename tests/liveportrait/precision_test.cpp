#include <gtest/gtest.h>
#include <torch/torch.h>

#include "liveportrait/golden.h"
#include "mapping/picture_mapping.h"
#include "transfer/liveportrait/filled_weights.h"
#include "transfer/liveportrait/streaming.h"

// Half precision on a GPU against float32 on the CPU, at the published sizes, with weights by formula.

namespace vividface::liveportrait {
namespace {

Streaming::Mapping filled_mapping(const Placement& place) {
  const auto network = std::make_shared<MappingModule>(MappingArchitecture());
  const auto weights = filled_weights('X');
  for (auto& parameter : network->named_parameters()) parameter.value().copy_(weights[parameter.key()]);
  for (auto& buffer : network->named_buffers())
    if (weights.has(buffer.key())) buffer.value().copy_(weights[buffer.key()]);
  return PictureMapping(network, place.device, place.dtype);
}

struct Seen {
  torch::Tensor picture, controls;
};

Seen frame(const std::map<char, Weights>& checkpoints, const Placement& place) {
  torch::manual_seed(3);
  const auto source = torch::rand({1, 3, 256, 256});
  const auto first = torch::randint(0, 256, {1, 3, 256, 256}, torch::kUInt8);
  const auto second = torch::randint(0, 256, {1, 3, 256, 256}, torch::kUInt8);
  Streaming stream(std::make_shared<const Networks>(checkpoints, place), source, filled_mapping(place));
  stream.set_reference(first);
  const auto& seen = stream.step(second);
  return {seen.picture.to(torch::kCPU, torch::kFloat32), seen.controls.to(torch::kCPU)};
}

TEST(Precision, HalfOnCudaIsNearFloatOnTheCpu) {
  if (!torch::cuda::is_available()) GTEST_SKIP() << "no CUDA device: half precision is not compared";
  const torch::NoGradGuard no_grad;
  std::map<char, Weights> checkpoints;
  for (const char letter : {'F', 'M', 'W', 'G', 'S'}) checkpoints.emplace(letter, filled_weights(letter));
  const auto exact = frame(checkpoints, {});
  const auto half = frame(checkpoints, Placement::named("cuda:0", "fp16"));
  const auto error = (exact.picture - half.picture).square().mean().item<double>();
  EXPECT_GE(10 * std::log10(1 / error), 45) << "PSNR of I_m in dB";
  // 0.5 % of a control's range, which is 1 or 2.
  EXPECT_LE((exact.controls - half.controls).abs().max().item<double>(), 0.005);
}

}  // namespace
}  // namespace vividface::liveportrait
