#include "evaluate/imitation.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "evaluate/imitation_sheet.h"

namespace vividface {
namespace {

/// Signals that swing, each at its own pace, `swing` times as far as noise may.
SignalTrack swinging(std::size_t frames, double swing, double offset = 0) {
  SignalTrack track;
  for (std::size_t i = 0; i < frames; ++i) {
    Signals signals{};
    for (std::size_t s = 0; s < signals.size(); ++s) {
      const double pace = 0.05 + 0.013 * static_cast<double>(s);
      signals[s] = offset + swing * kSignals[s].least_motion * std::sin(pace * static_cast<double>(i));
    }
    track.push_back(signals);
  }
  return track;
}

TEST(Pearson, KnowsTheTextbookCases) {
  const std::vector<double> a = {1, 2, 3, 4}, up = {10, 20, 30, 40}, down = {4, 3, 2, 1}, flat = {5, 5, 5, 5};
  EXPECT_DOUBLE_EQ(pearson(a, up), 1);
  EXPECT_DOUBLE_EQ(pearson(a, down), -1);
  EXPECT_EQ(pearson(a, flat), 0);
  EXPECT_EQ(pearson({}, {}), 0);
  const std::vector<double> x = {1, 2, 3, 5, 8}, y = {0.11, 0.12, 0.13, 0.15, 0.10};
  EXPECT_NEAR(pearson(x, y), -0.131145, 1e-6);
}

TEST(Imitation, APersonImitatesThemselvesPerfectly) {
  const auto person = swinging(400, 3);
  const auto score = score_imitation(person, person);
  for (const auto& signal : score.signals) EXPECT_NEAR(signal.r.value(), 1, 1e-9);
  EXPECT_NEAR(score.mean.value(), 1, 1e-9);
}

TEST(Imitation, SizeAndOffsetOfTheRobotsFaceDoNotCount) {
  EXPECT_NEAR(score_imitation(swinging(400, 3), swinging(400, 1, 5)).mean.value(), 1, 1e-9);
}

TEST(Imitation, AGroupThatIsLeftOutCountsNowhere) {
  auto person = swinging(400, 3), robot = swinging(400, 3);
  for (auto& frame : robot)
    for (const std::size_t s : {13, 14, 15}) (*frame)[s] = -(*frame)[s];  // the head
  EXPECT_LT(score_imitation(person, robot).mean.value(), 0.9);
  leave_out(SignalGroup::head, person);
  const auto score = score_imitation(person, robot);
  EXPECT_FALSE(score.groups[5]);
  EXPECT_NEAR(score.mean.value(), 1, 1e-9);
  EXPECT_NEAR(imitation_errors(person, robot)[7].value(), 0, 1e-9);
}

TEST(Imitation, SignalsThatThePersonHardlyMovesAreLeftOut) {
  auto person = swinging(400, 3);
  for (auto& frame : person) (*frame)[0] *= 0.1;                        // one of the eyes' two
  for (auto& frame : person) (*frame)[11] *= 0.1, (*frame)[12] *= 0.1;  // all of gaze
  auto robot = person;
  for (auto& frame : robot) (*frame)[0] = -(*frame)[0];
  const auto score = score_imitation(person, robot);
  EXPECT_FALSE(score.signals[0].r);
  EXPECT_NEAR(score.groups[0].value(), 1, 1e-9);
  EXPECT_FALSE(score.groups[4]);
  EXPECT_NEAR(score.mean.value(), 1, 1e-9);
}

TEST(Imitation, ARobotThatDoesNotMoveScoresNothing) {
  const auto score = score_imitation(swinging(400, 3), SignalTrack(400, Signals{}));
  EXPECT_EQ(score.mean.value(), 0);
}

TEST(Imitation, GroupsWeighTheSameHoweverManySignalsTheyHave) {
  const auto person = swinging(400, 3);
  auto robot = person;
  for (auto& frame : robot) {
    for (std::size_t s = 7; s <= 10; ++s) (*frame)[s] = 0;  // all four brows
  }
  EXPECT_NEAR(score_imitation(person, robot).mean.value(), 5.0 / 6, 1e-9);
}

TEST(Imitation, FramesWithoutAFaceAreSkipped) {
  auto person = swinging(400, 3), robot = person;
  for (std::size_t i = 0; i < 400; i += 7) person[i].reset();
  for (std::size_t i = 0; i < 400; i += 5) (robot[i].reset());
  const auto score = score_imitation(person, robot);
  EXPECT_NEAR(score.mean.value(), 1, 1e-9);
  EXPECT_EQ(score.frames, 400u);
  EXPECT_EQ(score.robot_faces, 320u);
}

TEST(Imitation, NoFaceAtAllIsNoScore) {
  const SignalTrack none(10);
  EXPECT_FALSE(score_imitation(none, none).mean);
  EXPECT_FALSE(score_imitation({}, {}).mean);
  EXPECT_THAT(imitation_errors(none, none), testing::Each(std::optional<double>()));
}

TEST(Imitation, TheWorstMomentIsWhereTheRobotIsOff) {
  const auto person = swinging(400, 3);
  auto robot = person;
  for (std::size_t s = 0; s < kSignals.size(); ++s) (*robot[123])[s] += 5 * kSignals[s].least_motion;
  const auto errors = imitation_errors(person, robot);
  EXPECT_EQ(std::ranges::max_element(errors) - errors.begin(), 123);
}

TEST(ImitationMoments, GazeCountsThoughABlinkHidesIt) {
  // Only the eyes' turn moves, and it is unknown while they are shut.
  constexpr std::size_t kGaze = 11, kLooksAway = 57;
  SignalTrack person(200, Signals{});
  for (std::size_t i = 0; i < person.size(); ++i)
    (*person[i])[kGaze] = 2 * kSignals[kGaze].least_motion * (i % 2 == 0 ? 1 : -1);
  (*person[kLooksAway])[kGaze] = 20 * kSignals[kGaze].least_motion;
  (*person[120])[kGaze] = NAN;
  EXPECT_THAT(imitation_moments(person, person, 1).best, testing::ElementsAre(kLooksAway));
}

}  // namespace
}  // namespace vividface
