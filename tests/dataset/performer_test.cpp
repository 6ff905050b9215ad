#include "dataset/performer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <set>

#include "base/error.h"
#include "dataset/performer_scene.h"
#include "render/performer_renderer.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

TEST(PerformerCast, EveryPersonIsInOneSplitAndEightAreForTestsOnly) {
  const PerformerCast cast;
  EXPECT_GE(cast.of(Split::train).size(), 40u);
  // These numbers are fixed: a network that was trained on them could not be tested.
  EXPECT_THAT(cast.of(Split::test), testing::ElementsAre(7, 32, 57, 82, 107, 132, 157, 182));
  std::set<std::size_t> seen;
  for (const Split split : {Split::train, Split::val, Split::test}) {
    for (const std::size_t number : cast.of(split)) {
      EXPECT_TRUE(seen.insert(number).second) << number;
      EXPECT_EQ(cast.split(number), split) << number;
    }
  }
  EXPECT_EQ(seen.size(), cast.size());
}

TEST(PerformerCast, ANumberIsAlwaysTheSamePersonAndNobodyElse) {
  const PerformerCast cast, again;
  std::set<std::vector<float>> faces;
  for (std::size_t number = 0; number < cast.size(); ++number) {
    std::vector<float> face, other;
    for (const auto& part : cast.performer(number).shape) face.push_back(part.weight);
    for (const auto& part : again.performer(number).shape) other.push_back(part.weight);
    EXPECT_EQ(face, other);
    EXPECT_TRUE(faces.insert(face).second) << number;
  }
}

TEST(PerformerCast, EveryTargetIsThere) {
  const PerformerCast cast;
  for (std::size_t number = 0; number < cast.size(); number += 20)
    EXPECT_NO_THROW(VirtualRobot(cast.performer(number).shape, HeadParts::person)) << number;
}

TEST(PerformerCast, RefusesWhatIsNoCast) {
  const TemporaryFolder folder;
  for (const char* text : {"", "[]", "{\"identities\": \"many\"}",
                           "{\"identities\": 3, \"val\": [], \"test\": [1], \"origins\": [], \"features\": []}"}) {
    std::ofstream(folder.path() / "cast.json") << text;
    EXPECT_THROW(PerformerCast(folder.path() / "cast.json"), InputError) << text;
  }
}

/// Weighted over the first people's looks and scenes, so that a sum knows which draw a number is from.
class WeighedDraws {
 public:
  template <typename Number>
  double sum(Number&& number) const {
    double sum = 0;
    for (std::size_t i = 0; i < 200; ++i) {
      Random random(7, i);
      const PerformerLook look = draw_look(cast_.performer(i), random);
      sum += static_cast<double>(1 + i % 7) * static_cast<double>(number(look, draw_scene(look.skin, 64, random)));
    }
    return sum;
  }

 private:
  PerformerCast cast_;
};

// These sums are of GCC's order of evaluation, in which the published sets were drawn.
TEST(PerformerLook, IsTheSameFromEveryCompiler) {
  const WeighedDraws draws;
  const auto look = [&](auto&& number) {
    return draws.sum([&](const PerformerLook& l, const PerformerScene&) { return number(l); });
  };
  const std::array<double, 3> skin = {366.5677, 227.3079, 160.0951}, lips = {324.6079, 120.9084, 96.3530};
  for (std::size_t c = 0; c < 3; ++c) {
    EXPECT_NEAR(look([&](const PerformerLook& l) { return l.skin[c]; }), skin[c], 1e-3);
    EXPECT_NEAR(look([&](const PerformerLook& l) { return l.lips[c]; }), lips[c], 1e-3);
  }
  EXPECT_NEAR(look([](const PerformerLook& l) { return l.oil; }), 266.1205, 1e-3);
  EXPECT_NEAR(look([](const PerformerLook& l) { return l.scalp; }), 703.4180, 1e-3);
}

TEST(PerformerScene, IsTheSameFromEveryCompiler) {
  const WeighedDraws draws;
  const auto sensor = [&](float Sensor::*number) {
    return draws.sum([&](const PerformerLook&, const PerformerScene& scene) { return scene.sensor.*number; });
  };
  EXPECT_NEAR(sensor(&Sensor::shot_noise), 983.4762, 1e-3);
  EXPECT_NEAR(sensor(&Sensor::read_noise), 635.1194, 1e-3);
}

TEST(PerformerCast, IsTheSameFromEveryCompiler) {
  const auto shape = PerformerCast().performer(3).shape;
  EXPECT_THAT(shape, testing::Contains(testing::AllOf(
                         testing::Field(&IdentityTarget::target, "head/head-invertedtriangular"),
                         testing::Field(&IdentityTarget::weight, testing::FloatNear(0.0447774f, 1e-6f)))));
}

TEST(PerformerLook, IsWithinItsRanges) {
  const PerformerCast cast;
  for (std::size_t i = 0; i < 2000; ++i) {
    Random random(1, i);
    const PerformerLook look = draw_look(cast.performer(i % cast.size()), random);
    for (const Rgb* colour :
         {&look.skin, &look.lips, &look.iris, &look.hair, &look.brow, &look.eye_shadow, &look.shirt}) {
      for (const float channel : *colour) {
        EXPECT_GT(channel, 0);
        EXPECT_LT(channel, 1);
      }
    }
    for (const float share :
         {look.age, look.pores, look.oil, look.freckles, look.blotches, look.eye_rings, look.lip_colour, look.lashes,
          look.brow_density, look.brow_arch, look.stubble, look.beard, look.moustache, look.scalp}) {
      EXPECT_GE(share, 0);
      EXPECT_LE(share, 1);
    }
  }
}

TEST(PerformerScene, LooksAtTheFaceFromWithinThirtyDegrees) {
  for (std::size_t i = 0; i < 2000; ++i) {
    Random random(2, i);
    const PerformerScene scene = draw_scene({0.5f, 0.3f, 0.2f}, 64, random);
    EXPECT_LE(std::abs(scene.view.yaw), 30);
    EXPECT_GT(scene.view.distance, 4);
    EXPECT_EQ(scene.backdrop.size(), 3u * PerformerRenderer::kBackdropSize * PerformerRenderer::kBackdropSize);
    for (const Rgb& colour : {scene.light.key, scene.light.sky, scene.light.ground})
      for (const float channel : colour) EXPECT_GT(channel, 0);
  }
}

}  // namespace
}  // namespace vividface
