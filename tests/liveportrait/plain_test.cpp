#include <gtest/gtest.h>
#include <torch/torch.h>

#include "liveportrait/golden.h"
#include "liveportrait/small_models.h"
#include "temporary_folder.h"
#include "transfer/liveportrait/generator.h"
#include "transfer/liveportrait/plain_networks.h"

// The reductions change nothing: small networks against the same layer by layer.

namespace vividface::liveportrait {
namespace {

Weights written(const SmallWeights& weights) {
  const TemporaryFolder folder;
  weights.write(folder / "w.safetensors");
  return Weights(Checkpoint::read(folder / "w.safetensors"));
}

TEST(Plain, WarpingIsTheSame) {
  const torch::NoGradGuard no_grad;
  torch::manual_seed(2);
  const auto weights = written(SmallWeights::warping(5, 4, 16));
  const auto volume = torch::randn({1, 4, kVolumeDepth, 16, 24});  // not square: axes must not be mixed up
  const auto source = torch::rand({1, 5, 3}) - 0.5, driven = source + 0.2 * torch::randn({1, 5, 3});
  const Warping warping(weights, {});
  const auto actual = warping(warping.prepare(volume, source), driven);
  const auto expected = PlainWarping(weights)(volume, source, driven);
  expect_near(actual.deformation, expected.deformation, 1e-5, "deformation");
  expect_near(actual.occlusion, expected.occlusion, 1e-5, "occlusion");
  expect_near(actual.features, expected.features, 1e-5, "features");
}

TEST(Plain, GeneratorIsTheSame) {
  const torch::NoGradGuard no_grad;
  torch::manual_seed(2);
  const auto weights = written(SmallWeights::generator(16));
  const auto features = torch::randn({1, 16, 12, 20});
  const auto picture = Generator(weights, {})(features);
  EXPECT_EQ(picture.sizes(), (torch::IntArrayRef{1, 3, 96, 160}));
  expect_near(picture, PlainGenerator(weights)(features), 1e-5, "picture");
}

}  // namespace
}  // namespace vividface::liveportrait
