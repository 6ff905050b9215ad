#include "links/safe_output.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <stdexcept>
#include <vector>

namespace vividface {
namespace {

class RecordingLink : public RobotLink {
 public:
  void send(const ControlVector& controls, double) override {
    if (fail) throw std::runtime_error("the robot hung up");
    sent.push_back(controls);
  }
  std::vector<ControlVector> sent;  // written with SafeOutput's lock held; read once it has ended
  std::atomic<bool> fail{false};
};

const ControlTable& table() { return ControlTable::ameca(); }

// As shipped, but ten times as fast.
SafetyLimits hurried() {
  SafetyLimits limits = SafetyLimits::ameca();
  for (double* duration : {&limits.hold_after, &limits.hold, &limits.ease, &limits.takeover}) *duration /= 10;
  for (double& rate : limits.fastest) rate *= 10;
  return limits;
}

void wait_for(const SafeOutput& output, SafetyState state) {
  for (int i = 0; i < 1000 && output.state() != state; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(output.state(), state);
}

ControlVector brow(float value) {
  ControlVector controls = table().neutral();
  controls[0] = value;
  return controls;
}

// Until the takeover is over.
void shadow(SafeOutput& output, const ControlVector& controls) {
  for (int i = 0; i < 60; ++i) {
    output.give(controls, SafeOutput::Clock::now());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TEST(SafeOutput, SendsNeutralBeforeAnythingComes) {
  RecordingLink link;
  {
    const SafeOutput output(table(), hurried(), link);
    while (output.sent() < 3) std::this_thread::yield();
  }
  for (const ControlVector& controls : link.sent) EXPECT_EQ(controls, table().neutral());
}

TEST(SafeOutput, WhenFramesStopThePoseIsHeldAndNeutralIsEasedTo) {
  RecordingLink link;
  {
    SafeOutput output(table(), hurried(), link);
    shadow(output, brow(0.9f));
    EXPECT_EQ(output.state(), SafetyState::shadowing);
    wait_for(output, SafetyState::neutral);  // nobody gives anything: its own thread does it
  }
  EXPECT_EQ(link.sent.back(), table().neutral());
  EXPECT_TRUE(std::any_of(link.sent.begin(), link.sent.end(), [](auto& c) { return std::abs(c[0] - 0.9) < 0.01; }));
}

TEST(SafeOutput, AStaleResultIsNotFollowed) {
  RecordingLink link;
  SafeOutput output(table(), hurried(), link);
  output.give(brow(0.9f), SafeOutput::Clock::now() - std::chrono::seconds(1));
  EXPECT_EQ(output.state(), SafetyState::neutral);
}

TEST(SafeOutput, AStopHoldsUntilItIsReleased) {
  RecordingLink link;
  SafeOutput output(table(), hurried(), link);
  shadow(output, brow(0.9f));
  output.stop();
  const ControlVector frozen = output.give(brow(0.2f), SafeOutput::Clock::now());
  EXPECT_NEAR(frozen[0], 0.9, 0.05);
  shadow(output, brow(0.2f));
  EXPECT_EQ(output.give(brow(0.2f), SafeOutput::Clock::now()), frozen);
  EXPECT_EQ(output.state(), SafetyState::stopped);
  output.finish();  // does not wait for what will not come
  EXPECT_EQ(output.state(), SafetyState::stopped);
}

TEST(SafeOutput, AReleaseGoesOn) {
  RecordingLink link;
  SafeOutput output(table(), hurried(), link);
  output.stop();
  output.release();
  shadow(output, brow(0.2f));
  EXPECT_EQ(output.state(), SafetyState::shadowing);
}

TEST(SafeOutput, FinishingBringsTheRobotToNeutralWhateverComes) {
  RecordingLink link;
  {
    SafeOutput output(table(), hurried(), link);
    shadow(output, brow(0.9f));
    std::atomic<bool> done{false};
    std::thread still_giving([&] {
      while (!done) output.give(brow(0.9f), SafeOutput::Clock::now());
    });
    output.finish();
    done = true;
    still_giving.join();
    EXPECT_EQ(output.state(), SafetyState::neutral);
  }
  EXPECT_EQ(link.sent.back(), table().neutral());
}

TEST(SafeOutput, ALinkThatFailsIsCountedAndTriedAgain) {
  RecordingLink link;
  SafeOutput output(table(), hurried(), link);
  link.fail = true;
  while (output.failures() < 2) std::this_thread::yield();
  link.fail = false;
  const std::uint64_t sent = output.sent();
  while (output.sent() == sent) std::this_thread::yield();
}

}  // namespace
}  // namespace vividface
