#include "evaluate/seen_robot.h"

#include <gtest/gtest.h>

#include "evaluate/imitation.h"

namespace vividface {
namespace {

/// r over time between a control that is swept through its shadowing range and a signal of the robot's face.
double correlation(std::initializer_list<const char*> controls, std::string_view signal) {
  SeenRobot robot;
  const ControlTable& table = ControlTable::ameca();
  std::vector<std::optional<FaceObservation>> faces;
  std::vector<double> values, signals;
  constexpr int kSteps = 8;
  for (int i = 0; i <= kSteps; ++i) {
    const float share = static_cast<float>(i) / kSteps;
    ControlVector pose = table.neutral();
    for (const char* name : controls) {
      const std::size_t control = table.index_of(name).value();
      const ControlRange range = table[control].shadowing;
      pose[control] = range.min + share * (range.max - range.min);
    }
    values.push_back(share);
    faces.push_back(robot.see(pose));
    EXPECT_TRUE(faces.back()) << *controls.begin() << ' ' << share;
  }
  const auto found = std::ranges::find(kSignals, signal, &SignalSpec::name);
  for (const auto& frame : read_signals(faces)) {
    if (!frame) return 0;
    signals.push_back((*frame)[static_cast<std::size_t>(found - kSignals.begin())]);
  }
  return pearson(values, signals);
}

TEST(SeenRobot, TheTrackerSeesWhatTheControlsDo) {
  EXPECT_LT(correlation({"Jaw Pitch"}, "mouth opening"), -0.85);  // 1 is closed
  EXPECT_LT(correlation({"Jaw Pitch"}, "jaw"), -0.9);
  EXPECT_GT(correlation({"Eyelid Upper Left"}, "lid opening left"), 0.85);
  EXPECT_GT(correlation({"Eyelid Upper Right"}, "lid opening right"), 0.85);
  EXPECT_GT(correlation({"Lip Corner Raise Left", "Lip Corner Raise Right"}, "mouth corners"), 0.9);
  EXPECT_GT(correlation({"Brow Inner Left", "Brow Inner Right"}, "brow inner left"), 0.85);
  EXPECT_GT(correlation({"Brow Outer Left", "Brow Outer Right"}, "brow outer right"), 0.85);
}

TEST(SeenRobot, TheTrackerSeesTheHeadTurn) {
  for (const char* name : {"Head Yaw", "Head Roll"}) {
    EXPECT_GT(std::abs(correlation({name}, name == std::string("Head Yaw") ? "head yaw" : "head roll")), 0.98) << name;
  }
  EXPECT_GT(std::abs(correlation({"Head Pitch"}, "head pitch")), 0.98);
}

}  // namespace
}  // namespace vividface
