#include <gmock/gmock.h>
#include <torch/torch.h>

#include "base/error.h"
#include "checkpoint/torch_tensors.h"
#include "mapping/fill_formula.h"
#include "mapping/mapping_module.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

Safetensors golden() { return Safetensors::read(VIVIDFACE_TEST_DATA "/mapping/golden_x.safetensors"); }

std::string temporary(const char* name) {
  static const TemporaryFolder folder;
  return folder / name;
}

TEST(MappingModule, EqualsThePublishedNetwork) {
  torch::NoGradGuard no_grad;
  auto vectors = golden();
  ASSERT_TRUE(
      torch::equal(fill_uniform("F.first.conv.weight", 8), to_tensor(vectors["probe.uni(F.first.conv.weight)[:8]"])));
  MappingModule network({});
  fill_by_formula(network, "X");
  network.eval();
  auto output = network.forward(to_tensor(vectors["X.in"]));
  EXPECT_LE((output.features.back() - to_tensor(vectors["X.features"])).abs().max().item<float>(), 1e-5);
  EXPECT_LE((output.y - to_tensor(vectors["X.y"])).abs().max().item<float>(), 1e-5);
}

TEST(MappingModule, IsTheSameWithItsNormsFolded) {
  torch::NoGradGuard no_grad;
  MappingModule network({});
  fill_by_formula(network, "X");
  network.eval();
  const auto images = to_tensor(golden()["X.in"]);
  const auto before = network.forward(images);
  network.fold_norms();
  for (const auto& parameter : network.named_parameters()) EXPECT_EQ(parameter.key().find("bn"), std::string::npos);
  EXPECT_TRUE(network.named_buffers().is_empty());
  const auto after = network.forward(images);
  EXPECT_LE((after.y - before.y).abs().max().item<float>(), 1e-5);
  EXPECT_LE((after.features.back() - before.features.back()).abs().max().item<float>(), 1e-5);
}

// As PictureMapping has it in half precision on CUDA; the CPU's 16 bits are bfloat16.
TEST(MappingModule, CalculatesInTheTypeOfItsParameters) {
  torch::NoGradGuard no_grad;
  MappingModule network({});
  fill_by_formula(network, "X");
  network.eval();
  const auto images = to_tensor(golden()["X.in"]);
  const auto exact = network.forward(images).y;
  network.to(torch::kBFloat16);
  const auto coarse = network.forward(images.to(torch::kBFloat16)).y;
  EXPECT_EQ(coarse.scalar_type(), torch::kBFloat16);
  EXPECT_LE((coarse.to(torch::kFloat) - exact).abs().max().item<float>(), 0.05);
}

TEST(MappingModule, HasThePublishedKeys) {
  auto state = state_of(MappingModule({}));
  EXPECT_EQ(state.size(), 126u);
  for (const char* key :
       {"feature_extractor.0.weight", "feature_extractor.1.running_var", "feature_extractor.4.0.conv1.weight",
        "feature_extractor.7.1.bn2.num_batches_tracked", "feature_extractor.5.0.downsample.1.bias",
        "pos_pred_head.0.weight", "pos_pred_head.2.bias", "pos_pred_head.4.weight"})
    EXPECT_TRUE(state.contains(key)) << key;
}

TEST(MappingModule, IsReadBackAsItWasSaved) {
  MappingArchitecture architecture{.base_channels = 8, .blocks = {1, 2, 1, 3}, .stem_kernel = 3, .input_size = 96};
  architecture.scale[4] = 1.5f;
  architecture.offset[29] = -0.25f;
  MappingModule written(architecture);
  const std::string file = temporary("saved.safetensors");
  write_safetensors(file, state_of(written), architecture_metadata(architecture));

  auto weights = Safetensors::read(file);
  auto read = read_architecture(weights);
  EXPECT_EQ(read.base_channels, 8);
  EXPECT_EQ(read.blocks, architecture.blocks);
  EXPECT_EQ(read.stem_kernel, 3);
  EXPECT_EQ(read.input_size, 96);
  EXPECT_EQ(read.scale, architecture.scale);
  EXPECT_EQ(read.offset, architecture.offset);
  MappingModule network(read);
  load_state(network, weights);
  auto before = state_of(written), after = state_of(network);
  for (const auto& [key, tensor] : before) EXPECT_TRUE(torch::equal(tensor, after[key])) << key;
}

TEST(MappingModule, CalculatesInBfloat16OnlyWhileItIsTrained) {
  torch::manual_seed(6);
  MappingModule network({.base_channels = 8, .stem_kernel = 3, .input_size = 64});
  const auto pictures = torch::randn({8, 3, 64, 64});
  const auto exact = network.forward(pictures).y;
  network.eval();
  const auto running = network.forward(pictures).y;

  network.train_in_bfloat16();
  EXPECT_TRUE(torch::equal(network.forward(pictures).y, running));
  network.train();
  const auto rough = network.forward(pictures);
  EXPECT_FALSE(torch::equal(rough.y, exact));
  EXPECT_LT((rough.y - exact).norm().item<float>(), 0.1f * exact.norm().item<float>());
  rough.y.square().sum().backward();
  for (const auto& parameter : network.named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_EQ(parameter.value().grad().scalar_type(), torch::kFloat) << parameter.key();
    EXPECT_GT(parameter.value().grad().abs().max().item<float>(), 0) << parameter.key();
  }
}

TEST(MappingModule, RefusesOtherWeights) {
  MappingArchitecture architecture{.base_channels = 8, .input_size = 64};
  auto state = state_of(MappingModule(architecture));
  const std::string file = temporary("other.safetensors");
  auto refused = [&](auto changed, std::map<std::string, std::string> metadata) -> std::string {
    write_safetensors(file, changed, metadata);
    try {
      auto weights = Safetensors::read(file);
      MappingModule network(read_architecture(weights));
      load_state(network, weights);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  using ::testing::HasSubstr;
  const auto metadata = architecture_metadata(architecture);
  EXPECT_EQ(refused(state, metadata), "");
  auto changed = state;
  changed.erase("pos_pred_head.4.bias");
  EXPECT_THAT(refused(changed, metadata), HasSubstr("pos_pred_head.4.bias"));
  changed = state;
  changed["pos_pred_head.4.weight"] = torch::zeros({12, 256});
  EXPECT_THAT(refused(changed, metadata), HasSubstr("expected shape [30, 256], found [12, 256]"));
  changed = state;
  changed["extra"] = torch::zeros({1});
  EXPECT_THAT(refused(changed, metadata), HasSubstr("extra"));
  changed = state;
  changed["feature_extractor.0.weight"] = torch::zeros({8, 1, 7, 7});
  EXPECT_THAT(refused(changed, metadata), HasSubstr("[8, 1, 7, 7]"));
  for (auto [key, value] : {std::pair{"input_size", "7"},
                            {"input_size", "x"},
                            {"scale", "[1]"},
                            {"mean", "[1,2,null]"},
                            {"deviation", "[0,1,1]"},
                            {"controls", "[\"Tail\"]"}}) {
    auto wrong = metadata;
    wrong[key] = value;
    EXPECT_THAT(refused(state, wrong), HasSubstr(key));
  }
}

}  // namespace
}  // namespace vividface
