#include "transfer/liveportrait/checkpoint_folder.h"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <fstream>

#include "base/error.h"
#include "checkpoint/checkpoint.h"
#include "liveportrait/small_models.h"
#include "temporary_folder.h"
#include "transfer/liveportrait/appearance_extractor.h"
#include "transfer/liveportrait/filled_weights.h"
#include "transfer/liveportrait/generator.h"
#include "transfer/liveportrait/motion_extractor.h"
#include "transfer/liveportrait/stitching.h"
#include "transfer/liveportrait/warping.h"

namespace vividface::liveportrait {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const std::filesystem::path kTiny = VIVIDFACE_TEST_DATA "/golden/tiny_checkpoint";

TEST(CheckpointFolder, FindsPublishedAndFineTunedNames) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "base_models");
  std::ofstream(folder / "base_models" / "motion_extractor.pth");
  std::ofstream(folder / "12_net_W.pth");
  std::ofstream(folder / "mapping_network.safetensors");
  std::ofstream(folder / "notes.txt");
  EXPECT_EQ(checkpoint_file(folder.path(), 'M').filename(), "motion_extractor.pth");
  EXPECT_EQ(checkpoint_file(folder.path(), 'W').filename(), "12_net_W.pth");
  EXPECT_EQ(checkpoint_file(folder.path(), 'X').filename(), "mapping_network.safetensors");
  EXPECT_THAT([&] { checkpoint_file(folder.path(), 'G'); },
              ThrowsMessage<InputError>(HasSubstr("expected spade_generator.pth or .safetensors")));
  std::ofstream(folder / "warping_module.safetensors");
  EXPECT_THAT([&] { checkpoint_file(folder.path(), 'W'); },
              ThrowsMessage<InputError>(AllOf(HasSubstr("12_net_W.pth"), HasSubstr("warping_module.safetensors"))));
  EXPECT_THAT([&] { checkpoint_file(folder / "none", 'W'); }, ThrowsMessage<InputError>(HasSubstr("no such folder")));
}

/// What a network says of weights with one tensor replaced, or taken away.
template <typename Network>
std::string refusal(const Weights& good, const std::string& key, const torch::Tensor& other) {
  auto tensors = good.all();
  other.defined() ? void(tensors[key] = other) : void(tensors.erase(key));
  try {
    Network(Weights(tensors, "f.pth"), Placement());
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(CheckpointShapes, WrongOnesAreNamed) {
  const auto read = [](const char* name) { return Weights(Checkpoint::read(kTiny / name)); };
  const auto f = read("appearance_feature_extractor.pth"), m = read("motion_extractor.pth"),
             s = read("stitching_retargeting_module.pth");
  const TemporaryFolder folder;
  SmallWeights::warping(5, 4, 16).write(folder / "w.safetensors");
  SmallWeights::generator(16).write(folder / "g.safetensors");
  const Weights w(Checkpoint::read(folder / "w.safetensors")), g(Checkpoint::read(folder / "g.safetensors"));
  const auto four = torch::zeros({4});
  EXPECT_EQ(refusal<AppearanceExtractor>(f, "first.conv.weight", torch::zeros({8, 4, 3, 3})),
            "f.pth: tensor \"first.conv.weight\": expected shape [any, 3, 3, 3], found [8, 4, 3, 3]");
  EXPECT_EQ(refusal<AppearanceExtractor>(f, "second.bias", {}),
            "f.pth: tensor \"second.bias\": expected, found none; is this the checkpoint of another network?");
  EXPECT_THAT(refusal<AppearanceExtractor>(m, "none", {}), HasSubstr("first.conv.weight"));
  EXPECT_THAT(refusal<MotionExtractor>(m, "detector.fc_t.weight", torch::zeros({4, 64})), HasSubstr("[3, 64]"));
  EXPECT_THAT(refusal<MotionExtractor>(m, "detector.stages.0.0.grn.gamma", four), HasSubstr("grn.gamma"));
  EXPECT_THAT(refusal<MotionExtractor>(f, "none", {}), HasSubstr("detector."));
  EXPECT_THAT(refusal<Stitching>(s, "retarget_shoulder.mlp.2.bias", four), HasSubstr("retarget_shoulder.mlp.2.bias"));
  EXPECT_THAT(refusal<Stitching>(f, "none", {}), HasSubstr("retarget_shoulder.mlp.0.weight"));

  // Every tensor of every network: without it, or with another shape, nothing is built.
  const auto every = [](const auto& refused, const Weights& weights) {
    for (const auto& [key, tensor] : weights.all()) {
      // Neither is needed: the second vanishes under the norm behind it.
      if (key.ends_with("num_batches_tracked") || key.ends_with("conv_0.bias")) continue;
      EXPECT_THAT(refused(weights, key, torch::zeros({1, 1, 1, 1, 1, 1})), HasSubstr(key));
    }
  };
  every(refusal<AppearanceExtractor>, f);
  every(refusal<MotionExtractor>, m);
  every(refusal<Warping>, w);
  every(refusal<Generator>, g);
}

}  // namespace
}  // namespace vividface::liveportrait
