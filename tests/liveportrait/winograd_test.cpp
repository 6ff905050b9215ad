#include "transfer/liveportrait/winograd.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <array>
#include <cmath>

#include "transfer/liveportrait/layers.h"

namespace vividface::liveportrait {
namespace {

double difference(const torch::Tensor& a, const torch::Tensor& b) { return (a - b).abs().max().item<double>(); }

// Of pictures that end in the middle of a run of tiles, of a chunk of them, and of neither.
TEST(Winograd, IsTheSameConvolution) {
  torch::manual_seed(3);
  for (const auto& [channels, outputs, height, width] :
       {std::array{5, 7, 4, 4}, {3, 2, 8, 100}, {64, 65, 64, 64}, {2, 3, 128, 76}}) {
    const auto x = torch::randn({2, channels, height, width}), bias = torch::randn({outputs});
    const auto weight = torch::randn({outputs, channels, 3, 3}) / (3 * std::sqrt(channels));
    for (const auto& b : {bias, torch::Tensor()}) {
      const auto expected = torch::conv2d(x, weight, b, 1, 1);
      EXPECT_LT(difference(winograd_conv(x, winograd_weight(weight), b), expected), 1e-4);
    }
  }
}

TEST(Winograd, TakesAPictureThatIsAViewOfAnother) {
  const auto x = torch::randn({1, 6, 8, 8}).transpose(2, 3), weight = torch::randn({4, 6, 3, 3});
  EXPECT_LT(difference(winograd_conv(x, winograd_weight(weight), {}), torch::conv2d(x, weight, {}, 1, 1)), 1e-4);
}

TEST(Winograd, OtherPicturesAndKernelsAreConvolvedPlainly) {
  EXPECT_TRUE(takes_winograd(torch::zeros({1, 3, 8, 12})));
  EXPECT_FALSE(takes_winograd(torch::zeros({1, 3, 6, 8})));
  EXPECT_FALSE(takes_winograd(torch::zeros({1, 3, 8, 8}, torch::kFloat64)));
  const Conv conv = with_winograd({torch::randn({64, 64, 3, 3}), torch::randn({64}), 1, 1});
  EXPECT_TRUE(conv.winograd.defined());
  const auto x = torch::randn({1, 64, 6, 10});
  EXPECT_TRUE(torch::equal(conv(x), torch::conv2d(x, conv.weight, conv.bias, 1, 1)));
  EXPECT_FALSE(with_winograd({torch::randn({64, 16, 3, 3}), {}, 1, 1}).winograd.defined());
  EXPECT_FALSE(with_winograd({torch::randn({64, 64, 1, 1}), {}, 1, 0}).winograd.defined());
  EXPECT_FALSE(with_winograd({torch::randn({64, 64, 3, 3}), {}, 2, 1}).winograd.defined());
  EXPECT_FALSE(with_winograd({torch::randn({64, 64, 3, 3}), {}, 1, 0}).winograd.defined());
}

}  // namespace
}  // namespace vividface::liveportrait
