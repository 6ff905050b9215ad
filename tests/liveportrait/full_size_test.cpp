#include <gtest/gtest.h>
#include <torch/torch.h>

#include <iostream>

#include "liveportrait/golden.h"
#include "transfer/liveportrait/appearance_extractor.h"
#include "transfer/liveportrait/filled_weights.h"
#include "transfer/liveportrait/generator.h"
#include "transfer/liveportrait/motion_extractor.h"
#include "transfer/liveportrait/stitching.h"
#include "transfer/liveportrait/warping.h"

// The networks at the published sizes against the reference's outputs, with weights by formula.

namespace vividface::liveportrait {
namespace {

const std::string kFolder = std::string(VIVIDFACE_TEST_DATA) + "/golden/";

class FullSize : public testing::Test {
 protected:
  static Weights weights(char letter) { return filled_weights(letter); }
  torch::Tensor expected(const std::string& key) const { return golden(file_, key); }

  torch::NoGradGuard no_grad_;
  Placement place_;
  Checkpoint file_ = Checkpoint::read(kFolder + "full_size.safetensors");
};

TEST_F(FullSize, FillFormulaMatchesProbe) {
  const auto weight = weights('F')["first.conv.weight"].flatten().slice(0, 0, 8) / std::sqrt(3.0 / 27);
  expect_near(weight, expected("probe.uni(F.first.conv.weight)[:8]"), 1e-6, "probe");
}

TEST_F(FullSize, MotionExtractor) {
  const auto m = MotionExtractor(weights('M'), place_)(expected("x"));
  expect_near(m.pitch, expected("M.pitch"), 1e-5, "pitch");
  expect_near(m.yaw, expected("M.yaw"), 1e-5, "yaw");
  expect_near(m.roll, expected("M.roll"), 1e-5, "roll");
  expect_near(m.translation, expected("M.t"), 1e-5, "t");
  expect_near(m.expression, expected("M.exp"), 1e-5, "exp");
  expect_near(m.scale, expected("M.scale"), 1e-5, "scale");
  expect_near(m.canonical, expected("M.kp"), 1e-5, "kp");
}

TEST_F(FullSize, Stitching) {
  const Mlp network(weights('S'), place_);
  const auto x = torch::cat({expected("kp_source").flatten(1), expected("kp_driving").flatten(1)}, 1);
  expect_near(network(x), expected("S.out"), 1e-5, "S");
}

TEST_F(FullSize, AppearanceWarpingGenerator) {
  const auto volume = AppearanceExtractor(weights('F'), place_)(expected("x"));
  expect_near(sampled(volume, 4096), expected("F.out.sample"), 1e-4, "F");

  const Warping warping(weights('W'), place_);
  const auto warped = warping(warping.prepare(volume, expected("kp_source")), expected("kp_driving"));
  expect_near(sampled(warped.deformation, 12288), expected("W.deformation.sample"), 1e-5, "deformation");
  expect_near(warped.occlusion, expected("W.occlusion_map"), 1e-5, "occlusion");
  expect_near(sampled(warped.features, 4096), expected("W.out.sample"), 1e-4, "W");

  const auto picture = Generator(weights('G'), place_)(warped.features);
  expect_near(sampled(picture, 16384), expected("G.out.sample"), 1e-4, "G");
}

}  // namespace
}  // namespace vividface::liveportrait
