#include "evaluate/one_sided_acts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "robot/control_index.h"
#include "robot/control_regions.h"

namespace vividface {
namespace {

const ControlVector kNeutral = ControlTable::ameca().neutral();

std::size_t act(std::string_view name) {
  const auto& acts = one_sided_acts();
  return static_cast<std::size_t>(std::ranges::find(acts, name, &OneSidedAct::name) - acts.begin());
}

/// `from` with some controls moved by shares of their ranges.
ControlVector moved(ControlVector from, const std::vector<std::pair<const char*, double>>& shares) {
  for (const auto& [name, share] : shares) {
    const auto [min, max] = ControlTable::ameca()[control_index(name)].shadowing;
    from[control_index(name)] += static_cast<float>(share) * (max - min);
  }
  return from;
}

TEST(OneSidedActs, AreOfOneSideEachAndOfBothInTurn) {
  std::vector<std::string> names;
  for (const OneSidedAct& one : one_sided_acts()) {
    names.push_back(one.name);
    const std::string side = one.name.ends_with("left") ? " Left" : " Right";
    EXPECT_GE(one.moves.size(), 2u);
    for (const auto& [control, to] : one.moves) {
      const ControlSpec& spec = ControlTable::ameca()[control];
      EXPECT_TRUE(spec.name.ends_with(side)) << spec.name;
      EXPECT_NE(ControlRegions::ameca().partner(control), control) << spec.name;
      EXPECT_NE(to, spec.neutral) << spec.name;
      EXPECT_EQ(one.controls()[control], to);
      EXPECT_EQ(one.controls()[ControlRegions::ameca().partner(control)],
                kNeutral[ControlRegions::ameca().partner(control)]);
    }
  }
  EXPECT_THAT(names, testing::ElementsAre("wink left", "wink right", "one brow left", "one brow right",
                                          "half smile left", "half smile right"));
}

TEST(OneSidedScore, TheTruthMovesOneSideAlone) {
  OneSidedScore score;
  for (std::size_t a = 0; a < one_sided_acts().size(); ++a) {
    score.add(a, kNeutral, one_sided_acts()[a].controls());
    const SideMovement found = score.movement(a).value();
    EXPECT_GT(found.asked, 0.2);
    EXPECT_NEAR(found.moved, found.asked, 1e-6);
    EXPECT_EQ(found.other, 0);
    EXPECT_EQ(found.ratio(), 0);
  }
}

TEST(OneSidedScore, IsTheMeanOverControlsAndPictures) {
  OneSidedScore score;
  const std::size_t wink = act("wink left");
  const ControlVector rest = moved(kNeutral, {{"Eyelid Upper Left", -0.1}});  // movement counts from here
  score.add(wink, rest,
            moved(rest, {{"Eyelid Upper Left", -0.4}, {"Eyelid Lower Left", -0.2}, {"Eyelid Upper Right", 0.1}}));
  score.add(wink, rest, moved(rest, {{"Eyelid Upper Right", -0.1}, {"Eyelid Lower Right", 0.04}}));
  score.add_still(rest, moved(rest, {{"Eyelid Upper Right", 0.02}, {"Eyelid Upper Left", 0.3}}));
  EXPECT_EQ(score.count(wink), 2u);
  const SideMovement found = score.movement(wink).value();
  EXPECT_NEAR(found.asked, 1. / 3, 1e-6);
  EXPECT_NEAR(found.moved, 0.15, 1e-6);
  EXPECT_NEAR(found.other, 0.06, 1e-6);  // in any direction
  EXPECT_NEAR(found.still, 0.01, 1e-6);
  EXPECT_NEAR(found.ratio().value(), 0.4, 1e-6);
  EXPECT_FALSE(score.movement(act("wink right")));
  const auto json = score.json();
  EXPECT_EQ(json["wink right"]["n"], 0);
  EXPECT_NEAR(json["wink left"]["controls"]["Eyelid Upper Left"], -0.2, 1e-6);
}

TEST(OneSidedScore, WhatMovesTheWrongWayIsNoShareOfAnything) {
  OneSidedScore score;
  const std::size_t brow = act("one brow right");
  score.add(brow, kNeutral, moved(kNeutral, {{"Brow Inner Right", -0.2}, {"Brow Inner Left", 0.1}}));
  EXPECT_NEAR(score.movement(brow).value().moved, -0.1, 1e-6);
  EXPECT_FALSE(score.movement(brow).value().ratio());
  EXPECT_TRUE(score.json()["one brow right"]["ratio"].is_null());
}

TEST(OneSidedScore, JudgesByWhatTheRobotMayBeSent) {
  OneSidedScore score;
  const std::size_t smile = act("half smile left");
  ControlVector far = one_sided_acts()[smile].controls();
  for (const auto& [control, to] : one_sided_acts()[smile].moves) far[control] = 7;
  far[control_index("Lip Corner Raise Right")] = std::numeric_limits<float>::quiet_NaN();  // neutral is sent
  score.add(smile, kNeutral, far);
  EXPECT_NEAR(score.movement(smile).value().moved, score.movement(smile).value().asked, 1e-6);
  EXPECT_EQ(score.movement(smile).value().other, 0);
}

}  // namespace
}  // namespace vividface
