#include "links/safe_output.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <stdexcept>
#include <utility>
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

class RecordingListener : public PoseListener {
 public:
  void sent(const SentPose& pose) override {
    poses.push_back(pose);
    if (fail) throw std::runtime_error("the disk is full");
  }
  std::vector<SentPose> poses;  // as RecordingLink::sent
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

double seconds(SafeOutput::Clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
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

TEST(SafeOutput, APauseHoldsEasesToNeutralAndStaysThereWhateverComes) {
  RecordingLink link;
  RecordingListener listener;
  {
    SafeOutput output(table(), hurried(), link, &listener);
    shadow(output, brow(1));
    output.pause();
    EXPECT_EQ(output.state(), SafetyState::holding);
    EXPECT_EQ(output.state_in_words(), "paused");
    for (int i = 0; i < 1000 && output.state() != SafetyState::neutral; ++i) {
      output.give(brow(1), SafeOutput::Clock::now());
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    EXPECT_EQ(output.pose(), table().neutral());
    shadow(output, brow(1));
    EXPECT_EQ(output.pose(), table().neutral());
    EXPECT_EQ(output.state_in_words(), "paused");
    output.start();
    EXPECT_NE(output.state_in_words(), "paused");
    shadow(output, brow(1));
    EXPECT_EQ(output.state_in_words(), "shadowing");
    EXPECT_FLOAT_EQ(output.pose()[0], 1);
    output.pause();
    output.finish();
    EXPECT_EQ(output.state_in_words(), "neutral");
  }
  // Softly, at the pause as at the start: no step is larger than the rate allows in the longest one.
  const SafetyLimits limits = hurried();
  for (std::size_t i = 1; i < link.sent.size(); ++i) {
    EXPECT_LE(std::abs(link.sent[i][0] - link.sent[i - 1][0]), limits.fastest[0] * limits.longest_step + 1e-6);
  }
  EXPECT_TRUE(std::any_of(listener.poses.begin(), listener.poses.end(),
                          [](const SentPose& pose) { return pose.state == "paused" && !pose.captured; }));
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
}

TEST(SafeOutput, AStoppedRobotIsNotMovedByTheEnd) {
  RecordingLink link;
  RecordingListener listener;
  ControlVector frozen;
  {
    SafeOutput output(table(), hurried(), link, &listener);
    shadow(output, brow(0.9f));
    output.stop();
    frozen = output.pose();
    output.finish();  // does not wait for what will not come
    const std::uint64_t sent = output.sent();
    output.release();  // too late: there is nobody to see the way to neutral through
    shadow(output, brow(0.2f));
    while (output.sent() < sent + 3) std::this_thread::yield();
    EXPECT_EQ(output.state(), SafetyState::stopped);
  }
  const auto stopped = std::find_if(listener.poses.begin(), listener.poses.end(),
                                    [](const SentPose& pose) { return pose.state == "stopped"; });
  EXPECT_NE(stopped, listener.poses.end());
  for (auto pose = stopped; pose != listener.poses.end(); ++pose) {
    EXPECT_EQ(pose->controls, frozen);
    EXPECT_EQ(pose->state, "stopped");
  }
}

TEST(SafeOutput, TheLastMessageSaysHowItEnded) {
  for (const bool stopped : {false, true}) {
    RecordingLink link;
    RecordingListener listener;
    {
      SafeOutput output(table(), hurried(), link, &listener);
      output.give(brow(0.9f), SafeOutput::Clock::now());
      if (stopped) output.stop();
      output.finish();
    }
    EXPECT_EQ(listener.poses.back().state, stopped ? "stopped" : "neutral");
  }
}

TEST(SafeOutput, StartedStoppedItSendsNothingUntilItIsReleased) {
  RecordingLink link;
  {
    SafeOutput output(table(), hurried(), link, nullptr, nullptr, /*starts_stopped=*/true);
    EXPECT_EQ(output.state_in_words(), "stopped");
    shadow(output, brow(0.9f));
    EXPECT_EQ(output.sent(), 0u);
    output.release();
    shadow(output, brow(0.9f));
    EXPECT_EQ(output.state(), SafetyState::shadowing);
  }
  EXPECT_EQ(link.sent.front(), table().neutral());

  SafeOutput never_released(table(), hurried(), link, nullptr, nullptr, /*starts_stopped=*/true);
  never_released.finish();
  EXPECT_EQ(never_released.sent(), 0u);
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

TEST(SafeOutput, AListenerHearsOfEveryPoseWhatIsKnownOfIt) {
  RecordingLink link;
  RecordingListener listener;
  const auto arrival = SafeOutput::Clock::now();
  {
    SafeOutput output(table(), SafetyLimits::ameca(), link, &listener);
    while (output.sent() < 1) std::this_thread::yield();
    output.frame_arrived(SafeOutput::Clock::now());
    output.give(std::nullopt, SafeOutput::Clock::now());
    output.give(brow(0.9f), arrival, 0.75f);
    output.give(brow(0.9f), arrival - std::chrono::seconds(1), 0.5f);  // too old: not followed
    output.stop();
    output.give(brow(0.9f), SafeOutput::Clock::now(), 0.5f);
  }
  ASSERT_EQ(listener.poses.size(), link.sent.size());
  std::vector<std::string_view> states;
  double before = 0;
  for (std::size_t i = 0; i < listener.poses.size(); ++i) {
    const SentPose& pose = listener.poses[i];
    EXPECT_EQ(pose.sequence, i + 1);
    EXPECT_EQ(pose.controls, link.sent[i]);
    EXPECT_GE(pose.stepped, std::exchange(before, pose.stepped));
    const bool is_followed = pose.state == "shadowing";
    EXPECT_EQ(pose.captured, is_followed ? std::optional(seconds(arrival)) : std::nullopt);
    EXPECT_EQ(pose.confidence, is_followed ? std::optional(0.75f) : std::nullopt);
    if (states.empty() || states.back() != pose.state) states.push_back(pose.state);
  }
  EXPECT_EQ(states, (std::vector<std::string_view>{"no camera", "looking for a face", "shadowing", "stopped"}));
}

TEST(SafeOutput, AListenerThatFailsDoesNotKeepTheRobotFromItsPose) {
  RecordingLink link;
  RecordingListener listener;
  listener.fail = true;
  SafeOutput output(table(), hurried(), link, &listener);
  while (output.failures() < 2) std::this_thread::yield();
  EXPECT_GE(output.sent(), 2u);
}

}  // namespace
}  // namespace vividface
