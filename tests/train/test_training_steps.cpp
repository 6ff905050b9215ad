#include <gmock/gmock.h>
#include <torch/torch.h>

#include "face/mesh_motion.h"
#include "face/mesh_points.h"
#include "mapping/mapping_module.h"
#include "mapping/person_picture.h"
#include "train/augmentation.h"
#include "train/flat_adamw.h"
#include "train/landmark_correction.h"
#include "train/linear_fit.h"
#include "train/mapping_loss.h"
#include "train/mirror.h"
#include "train/reading_share.h"

namespace vividface {
namespace {

using mesh_point::kMouthCorner;

TEST(LinearFit, FindsALinearMap) {
  torch::manual_seed(1);
  const auto motion = torch::randn({500, 4}), weight = torch::randn({3, 4}), bias = torch::randn({3});
  const LinearFit fit = fit_linearly(motion, torch::linear(motion, weight, bias), 1e-3);
  EXPECT_TRUE(torch::allclose(fit.weight, weight, 1e-3, 1e-4));
  EXPECT_TRUE(torch::allclose(fit.bias, bias, 1e-3, 1e-4));
}

TEST(LinearFit, IsBlendedWithWhatTheNetworkSays) {
  torch::manual_seed(2);
  MappingModule network({.base_channels = 8, .input_size = 32, .motion_inputs = 4, .motion_linear = true});
  network.eval();
  const auto picture = torch::randn({2, 3, 32, 32}), motion = torch::randn({2, 4});
  const auto weight = torch::randn({30, 4}), bias = torch::randn({30});
  torch::NoGradGuard no_grad;
  const auto before = network.forward(picture, motion).y;
  network.blend_linear(weight, bias, 0.25);
  const auto expected = 0.75 * before + 0.25 * torch::linear(motion, weight, bias);
  EXPECT_TRUE(torch::allclose(network.forward(picture, motion).y, expected, 1e-4, 1e-5));
}

TEST(Mirror, OfAFaceTwiceIsTheFace) {
  const ControlTable& table = ControlTable::ameca();
  ControlVector controls;
  for (std::size_t i = 0; i < kControlCount; ++i)
    controls[i] =
        table[i].dataset.min + (table[i].dataset.max - table[i].dataset.min) * static_cast<float>(i * 7 % 10) / 10.0f;
  const ControlVector twice = mirrored(mirrored(controls));
  for (std::size_t i = 0; i < kControlCount; ++i)
    EXPECT_NEAR(twice[i], controls[i], 1e-4 * (table[i].dataset.max - table[i].dataset.min)) << table[i].name;
  torch::manual_seed(4);
  const auto motion = torch::randn({3, kMeshMotionCount});
  EXPECT_TRUE(torch::equal(mirrored_motion(mirrored_motion(motion)), motion));
}

TEST(Mirror, ChangesSides) {
  const ControlTable& table = ControlTable::ameca();
  const auto index = [&](const char* name) { return *table.index_of(name); };
  ControlVector controls = table.neutral();
  EXPECT_EQ(mirrored(controls), controls);
  controls[index("Brow Inner Left")] = table[index("Brow Inner Left")].dataset.max;
  controls[index("Jaw Yaw")] = table[index("Jaw Yaw")].dataset.max;
  controls[index("Jaw Pitch")] = 0.4f;
  const ControlVector seen = mirrored(controls);
  EXPECT_FLOAT_EQ(seen[index("Brow Inner Right")], table[index("Brow Inner Right")].dataset.max);
  EXPECT_FLOAT_EQ(seen[index("Brow Inner Left")], table[index("Brow Inner Left")].neutral);
  EXPECT_FLOAT_EQ(seen[index("Jaw Yaw")], table[index("Jaw Yaw")].dataset.min);
  EXPECT_FLOAT_EQ(seen[index("Jaw Pitch")], 0.4f);

  auto motion = torch::zeros({1, kMeshMotionCount});
  motion[0][2 * kMouthCorner[0]] = 0.1f;  // the left corner goes left, the picture's right
  const auto moved = mirrored_motion(motion);
  EXPECT_FLOAT_EQ(moved[0][2 * kMouthCorner[1]].item<float>(), -0.1f);
  EXPECT_FLOAT_EQ(moved[0][2 * kMouthCorner[0]].item<float>(), 0);
}

TEST(Relight, WhatCameSinceIsSmoothAndTheDifferenceKnowsOfIt) {
  torch::manual_seed(5);
  const auto grey = torch::full({8, 3, 96, 96}, 0.5f);
  EXPECT_TRUE(torch::equal(relight(grey, 0), grey));
  const auto lit = relight(grey, 0.04);
  EXPECT_GT((lit - grey).abs().max().item<float>(), 0.02f);
  const auto since = lit.select(1, 1) - lit.select(1, 0), difference = lit.select(1, 2) - 0.5f;
  const auto step = (since.narrow(2, 1, 95) - since.narrow(2, 0, 95)).abs().max().item<float>();
  EXPECT_LT(step, 0.02f);
  EXPECT_TRUE(torch::allclose(difference, kPersonDifferenceGain * since, 1e-3, 1e-3));
}

TEST(ReadingShare, FollowsWhoErrsLess) {
  torch::manual_seed(6);
  const auto truth = torch::randn({4000, 30}), noise = torch::randn({4000, 30}), other = torch::randn({4000, 30});
  const auto all_near = [](const ControlVector& share, float wanted, float within) {
    for (const float s : share) EXPECT_NEAR(s, wanted, within);
  };
  all_near(fit_reading_share(truth, truth + noise, truth), 0, 1e-3f);
  all_near(fit_reading_share(truth + noise, truth, truth), 1, 1e-3f);
  all_near(fit_reading_share(truth + noise, truth + other, truth), 0.5f, 0.05f);
  all_near(fit_reading_share(truth + 0.5 * noise, truth + other, truth), 0.2f, 0.05f);
  all_near(fit_reading_share(truth, truth, truth), 0, 1e-3f);
}

// Controls that the landmarks show, read with large errors that are not the landmarks' own.
TEST(LandmarkCorrection, TakesFromLandmarksWhatThePictureLeavesInDoubt) {
  torch::manual_seed(3);
  const auto distances = landmark_distances();
  const auto seen_of = torch::randn({30, distances.size(0)}, torch::kDouble);
  // Of all motions the smallest that has these distances.
  const auto motion_of = seen_of.matmul(torch::pinverse(distances).t());
  const auto controls = torch::randn({2000, 30}, torch::kDouble);
  const auto motion = controls.matmul(motion_of);
  const auto said = 0.5 + controls + torch::randn({2000, 30}, torch::kDouble);
  const auto error = [&](double share) {
    const LandmarkCorrection fit = fit_landmark_correction(said, motion, controls, share, 1e-3);
    const auto corrected = said.matmul(fit.keep.t()) + motion.matmul(fit.motion.weight.t()) + fit.motion.bias;
    return (corrected - controls).square().mean().item<double>();
  };
  const double before = (said - controls).square().mean().item<double>();
  EXPECT_NEAR(error(0), before, 1e-9);
  EXPECT_LT(error(1), 0.3 * before);  // 30 controls, 26 distances
  EXPECT_LT(error(0.5), before);
  EXPECT_GT(error(0.5), error(1));
}

// Without a share in the errors' covariance a control keeps what the picture says of it: the head's have no errors, for
// they are not learnt. And landmarks that say nothing are not listened to.
TEST(LandmarkCorrection, WeighsErrorsAgainstNoise) {
  torch::manual_seed(5);
  const auto controls = torch::randn({500, 30}, torch::kDouble);
  auto said = controls + torch::randn({500, 30}, torch::kDouble);
  said.select(1, 10) = controls.select(1, 10);
  const auto noise = torch::randn({500, landmark_distances().size(1)}, torch::kDouble);
  const LandmarkCorrection fit = fit_landmark_correction(said, noise, controls, 1, 1e-3);
  EXPECT_LT((fit.keep - torch::eye(30, torch::kDouble)).abs().max().item<double>(), 0.2);
  const auto motion = noise + 0.1 * controls.matmul(torch::randn({30, noise.size(1)}, torch::kDouble));
  const LandmarkCorrection told = fit_landmark_correction(said, motion, controls, 1, 1e-3);
  EXPECT_LT((told.keep[10] - torch::eye(30, torch::kDouble)[10]).abs().max().item<double>(), 1e-6);
  EXPECT_LT(told.motion.weight[10].abs().max().item<double>(), 1e-6);
}

TEST(LandmarkCorrection, IsTakenOverByTheNetwork) {
  torch::manual_seed(4);
  MappingModule network({.base_channels = 8, .input_size = 32, .motion_inputs = 4, .motion_linear = true});
  network.eval();
  const auto picture = torch::randn({2, 3, 32, 32}), motion = torch::randn({2, 4});
  const auto unit = torch::tensor({0.5f, 2.f, 1.f, 4.f});
  network.set_motion_unit(unit);
  const auto keep = torch::randn({30, 30}), weight = torch::randn({30, 4}), bias = torch::randn({30});
  torch::NoGradGuard no_grad;
  network.blend_linear(torch::randn({30, 4}), torch::randn({30}), 0.25);
  const auto before = network.forward(picture, motion).y;
  network.correct(keep, weight, bias);
  const auto expected = torch::linear(before, keep) + torch::linear(motion / unit, weight, bias);
  EXPECT_TRUE(torch::allclose(network.forward(picture, motion).y, expected, 1e-4, 1e-4));
}

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

class MappingLossTest : public ::testing::Test {
 protected:
  // Two pictures of I_x, then one of Ĩ; the second picture of I_x and Ĩ are of one sample.
  MappingLossTest() {
    const auto controls = static_cast<std::int64_t>(kControlCount);
    output_.y = torch::zeros({3, controls}).requires_grad_();
    batch_.controls = torch::zeros({3, controls});
    batch_.controls[0][4] = 0.2;  // within δ: 0.2² / 2
    batch_.controls[1][4] = -2;   // beyond: 0.5 (2 − 0.25)
    batch_.controls[2][4] = 1;    // 0.5 (1 − 0.25)
    batch_.controls[0][7] = 9;    // of a control without weight
    batch_.canonical_count = 2;
    batch_.pair_canonical = torch::tensor({1}, torch::kLong);
    batch_.pair_animated = torch::tensor({2}, torch::kLong);
    for (std::size_t stage = 0; stage < kMappingStages; ++stage)
      output_.features[stage] =
          torch::tensor({{9.f, 9.f}, {1.f, 2.f}, {3.f, 2.f}}).mul(static_cast<float>(stage)).requires_grad_();
    weights_[4] = 1;
    training_.huber = 0.5;
    training_.adaptation = 0.1;
  }
  MappingLoss loss(MappingVariant variant) {
    training_.variant = variant;
    return mapping_loss(output_, batch_, training_, weights_);
  }
  MappingModule::Output output_;
  Batch batch_;
  MappingTraining training_;
  torch::Tensor weights_ = torch::zeros({static_cast<std::int64_t>(kControlCount)});
};

TEST_F(MappingLossTest, IsHubersAndTheFeaturesDistance) {
  const double canonical = (0.02 + 0.875) / 2, all = (0.02 + 0.875 + 0.375) / 3;
  const double adaptation = (0 + 1 + 4 + 9) * 4.0 / 2;  // stage² × mean of (2², 0²)
  EXPECT_NEAR(loss(MappingVariant::ix).total.item<double>(), canonical, 1e-6);
  EXPECT_EQ(loss(MappingVariant::ix).adaptation.item<double>(), 0);
  EXPECT_NEAR(loss(MappingVariant::adapted).adaptation.item<double>(), adaptation, 1e-5);
  EXPECT_NEAR(loss(MappingVariant::adapted).total.item<double>(), canonical + 0.1 * adaptation, 1e-5);
  EXPECT_NEAR(loss(MappingVariant::supervised).total.item<double>(), all + 0.1 * adaptation, 1e-5);
}

TEST_F(MappingLossTest, PullsTheFeaturesOfTheRobotsPictureAlone) {
  loss(MappingVariant::adapted).total.backward();
  const auto gradient = output_.features[2].grad();
  EXPECT_LT(gradient[1][0].item<float>(), 0);
  EXPECT_TRUE(gradient[0].eq(0).all().item<bool>());
  EXPECT_TRUE(gradient[2].eq(0).all().item<bool>());
  EXPECT_TRUE(output_.y.grad()[2].eq(0).all().item<bool>());
}

}  // namespace
}  // namespace vividface
