#include <gmock/gmock.h>
#include <torch/torch.h>

#include "mapping/mapping_module.h"
#include "train/augmentation.h"
#include "train/flat_adamw.h"

namespace vividface {
namespace {

TEST(Augmentation, ChangesNothingWhenAllIsZero) {
  const auto rgb = torch::rand({3, 3, 20, 20});
  EXPECT_TRUE(torch::equal(augment(rgb, {0, 0, 0, 0, 0, 0}), rgb));
}

TEST(Augmentation, VariesEveryPictureWithinBounds) {
  torch::manual_seed(1);
  const auto rgb = torch::rand({1, 3, 24, 24}).expand({8, 3, 24, 24}).contiguous();
  for (const Augmentation& a : {Augmentation{0.2, 0, 0, 0, 0, 0},
                                {0, 0.05, 0, 0, 0, 0},
                                {0, 0, 0.1, 0, 0, 0},
                                {0, 0, 0, 5, 0, 0},
                                {0, 0, 0, 0, 0.5, 0},
                                {0, 0, 0, 0, 0, 0.05},
                                {}}) {
    const auto varied = augment(rgb, a);
    EXPECT_EQ(varied.sizes(), rgb.sizes());
    EXPECT_GE(varied.min().item<float>(), 0);
    EXPECT_LE(varied.max().item<float>(), 1);
    EXPECT_FALSE(torch::allclose(varied[0], rgb[0]));
    EXPECT_FALSE(torch::allclose(varied[0], varied[1]));
    EXPECT_LT((varied.mean() - rgb.mean()).abs().item<float>(), 0.1);
  }
}

TEST(Augmentation, LeavesAGreyPictureGreyAndAFlatOneFlat) {
  torch::manual_seed(2);
  const auto grey = torch::rand({4, 1, 16, 16}).mul(0.5).add(0.2).expand({4, 3, 16, 16}).contiguous();
  const auto varied = augment(grey, {0.2, 0, 0, 0, 0, 0});
  EXPECT_TRUE(torch::allclose(varied.select(1, 0), varied.select(1, 2), 1e-4, 1e-4));
  const auto flat = torch::full({4, 3, 16, 16}, 0.4);
  EXPECT_TRUE(torch::allclose(augment(flat, {0, 0.05, 0.1, 5, 0.5, 0}), flat, 1e-4, 1e-4));
}

TEST(FlatAdamW, StepsAsTorchsAdamW) {
  const MappingArchitecture architecture{.base_channels = 8, .blocks = {1, 1, 1, 1}, .input_size = 32};
  torch::manual_seed(3);
  auto ours = std::make_shared<MappingModule>(architecture);
  torch::manual_seed(3);
  auto theirs = std::make_shared<MappingModule>(architecture);
  FlatAdamW flat(*ours, {.weight_decay = 0.05, .clip = 0.5, .average = 0});
  torch::optim::AdamW adamw(theirs->parameters(), torch::optim::AdamWOptions(1e-3).weight_decay(0.05));
  for (int step = 0; step < 4; ++step) {
    const auto images = torch::randn({4, 3, 32, 32}), target = torch::randn({4, static_cast<int>(kControlCount)});
    flat.zero_gradient();
    torch::mse_loss(ours->forward(images).y, target).backward();
    flat.step(1e-3);
    adamw.zero_grad();
    torch::mse_loss(theirs->forward(images).y, target).backward();
    torch::nn::utils::clip_grad_norm_(theirs->parameters(), 0.5);
    adamw.step();
  }
  const auto a = ours->named_parameters(), b = theirs->named_parameters();
  for (const auto& item : a) EXPECT_TRUE(torch::allclose(item.value(), b[item.key()], 1e-3, 2e-5)) << item.key();
  const auto c = ours->named_buffers(), d = theirs->named_buffers();
  for (const auto& item : c)
    EXPECT_TRUE(torch::allclose(item.value().to(torch::kFloat), d[item.key()].to(torch::kFloat), 1e-3, 1e-4))
        << item.key();
}

TEST(FlatAdamW, SwapsInTheAverageAndBack) {
  MappingModule module({.base_channels = 8, .blocks = {1, 1, 1, 1}, .input_size = 32});
  FlatAdamW flat(module, {});
  const auto weight = module.named_parameters()["pos_pred_head.4.bias"];
  for (int step = 0; step < 3; ++step) {
    flat.zero_gradient();
    module.forward(torch::randn({2, 3, 32, 32})).y.sum().backward();
    flat.step(1e-2);
  }
  const auto now = weight.detach().clone();
  flat.swap_average();
  EXPECT_FALSE(torch::equal(weight, now));
  flat.swap_average();
  EXPECT_TRUE(torch::equal(weight, now));
}

}  // namespace
}  // namespace vividface
