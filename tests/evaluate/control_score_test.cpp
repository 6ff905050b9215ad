#include "evaluate/control_score.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/random.h"

namespace vividface {
namespace {

const ControlTable& table() { return ControlTable::ameca(); }
std::size_t control(std::string_view name) { return table().index_of(name).value(); }

std::vector<ControlVector> some_controls(std::uint64_t seed, std::size_t count) {
  std::vector<ControlVector> all(count);
  Random random(seed, 0);
  for (ControlVector& controls : all)
    for (std::size_t c = 0; c < kControlCount; ++c)
      controls[c] = random.uniform(table()[c].shadowing.min, table()[c].shadowing.max);
  return all;
}

TEST(ControlGroups, HaveEveryControlOnce) {
  for (std::size_t c = 0; c < kControlCount; ++c) {
    EXPECT_EQ(std::ranges::count_if(control_groups(), [&](const ControlGroup& group) { return group.has(c); }), 1)
        << table()[c].name;
  }
}

RC_GTEST_PROP(ControlScore, TheTruthScoresOneAndTheMeanScoresNothing, ()) {
  const auto truths = some_controls(*rc::gen::inRange(0, 1000), 20);
  ControlVector mean{};
  for (const ControlVector& truth : truths)
    for (std::size_t c = 0; c < kControlCount; ++c) mean[c] += truth[c] / static_cast<float>(truths.size());
  ControlScore perfect, flat;
  for (const ControlVector& truth : truths) {
    perfect.add(truth, truth);
    flat.add(mean, truth);
  }
  for (std::size_t c = 0; c < kControlCount; ++c) {
    RC_ASSERT(perfect.r2(c).value() == 1);
    RC_ASSERT(perfect.mean_absolute_error(c) == 0);
    RC_ASSERT(std::abs(flat.r2(c).value()) < 1e-4);
  }
  RC_ASSERT(perfect.mean_r2().value() == 1);
  RC_ASSERT(perfect.mean_r2_of_whole_turns().value() == 1);
}

RC_GTEST_PROP(ControlScore, AnErrorOfOneControlIsSeenThereAlone, ()) {
  const std::size_t wrong = *rc::gen::inRange<std::size_t>(0, kControlCount);
  const auto truths = some_controls(7, 20);
  ControlScore score;
  for (ControlVector sent : truths) {
    const ControlVector truth = sent;
    const auto [min, max] = table()[wrong].shadowing;
    sent[wrong] += (truth[wrong] > (min + max) / 2 ? -0.1f : 0.1f) * (max - min);
    score.add(sent, truth);
  }
  for (std::size_t c = 0; c < kControlCount; ++c) {
    RC_ASSERT((score.r2(c).value() < 1) == (c == wrong));
    RC_ASSERT(std::abs(score.mean_absolute_error(c) - (c == wrong ? 10 : 0)) < 0.01);
  }
}

TEST(ControlScore, JudgesByWhatTheRobotMayBeSent) {
  ControlScore score;
  ControlVector wide = table().neutral(), limited = wide;
  wide[control("Jaw Pitch")] = 0;
  limited[control("Jaw Pitch")] = 0.5f;
  score.add(limited, wide);
  score.add(table().neutral(), table().neutral());
  EXPECT_EQ(score.r2(control("Jaw Pitch")), 1);
  EXPECT_FALSE(score.r2(control("Jaw Yaw")));  // did not vary
  EXPECT_EQ(score.mean_r2(), 1);               // of what varied
}

TEST(ControlScore, WholeTurnsDoNotAskWhichPartTurned) {
  ControlScore score;
  for (const float angle : {-12.f, 0.f, 12.f}) {
    ControlVector truth = table().neutral(), sent = truth;
    truth[control("Head Pitch")] = angle;
    sent[control("Head Pitch")] = 0.6f * angle;
    sent[control("Neck Pitch")] = 0.4f * angle;
    score.add(sent, truth);
  }
  EXPECT_LT(score.mean_r2().value(), 0.9);
  EXPECT_NEAR(score.mean_r2_of_whole_turns().value(), 1, 1e-6);
}

TEST(ControlScore, BarsNameTheWeakestControl) {
  ControlScore score;
  for (ControlVector sent : some_controls(3, 50)) {
    const ControlVector truth = sent;
    sent[control("Brow Outer Right")] = 0.5f;
    score.add(sent, truth);
  }
  const auto bars = control_bars(score);
  ASSERT_EQ(bars.size(), 5u);
  EXPECT_TRUE(bars[0].met());
  for (const ControlBar& bar : bars) EXPECT_EQ(bar.met(), bar.name != "brows") << bar.name;
  EXPECT_EQ(bars[2].control, "Brow Outer Right");
  const auto json = to_json(score);
  EXPECT_EQ(json["bars"]["brows"]["met"], false);
  EXPECT_EQ(json["controls"]["Nose Wrinkle"]["n"], 50);
}

TEST(ControlScore, WithoutPicturesNoGoalIsMet) {
  for (const ControlBar& bar : control_bars(ControlScore())) EXPECT_FALSE(bar.met()) << bar.name;
}

}  // namespace
}  // namespace vividface
