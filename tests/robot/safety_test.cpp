#include "robot/safety.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <numbers>
#include <random>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "base/resources.h"

namespace vividface {
namespace {

using testing::HasSubstr;

// The same cases each time, unless the environment says otherwise.
const bool kSeeded = setenv("RC_PARAMS", "seed=5 max_success=300", /*overwrite=*/0) == 0;

constexpr std::size_t kBrow = 0, kJawPitch = 13;
constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInfinity = std::numeric_limits<float>::infinity();

const ControlTable& table() { return ControlTable::ameca(); }
const SafetyLimits& limits() { return SafetyLimits::ameca(); }

ControlVector smile() {
  ControlVector controls = table().neutral();
  for (std::size_t i = 0; i < kControlCount; ++i) controls[i] = table()[i].shadowing.max;
  controls[kJawPitch] = 0.6f;
  return controls;
}

// The stage, fed at 30 frames a second.
struct Stage : SafetyStage {
  Stage() : SafetyStage(table(), limits()) {}
  void see(const ControlVector& controls, double seconds) {
    for (const double end = now + seconds; now < end; now += 1.0 / 30) step(now, TimedControls{controls, now});
  }
  void see_nothing(double seconds) {
    for (const double end = now + seconds; now < end; now += 1.0 / 30) step(now, std::nullopt);
  }
  double now = 100;
};

// One thing that may happen to the stage. Times and values are chosen as badly as they can be.
struct Event {
  double pause;  // s from the last step
  double age;    // s of the controls
  int what;      // 0…9: controls; 10, 11: none; 12: stop; 13: release; 14: rest; 15: hand-over
  ControlVector controls;
};

void showValue(const Event& event, std::ostream& out) {
  out << "{pause " << event.pause << ", age " << event.age << ", what " << event.what << "}";
}

rc::Gen<float> any_value() {
  return rc::gen::oneOf(rc::gen::map(rc::gen::inRange(-300, 300), [](int x) { return static_cast<float>(x) / 100; }),
                        rc::gen::element(0.f, 1e30f, -1e30f, 200.f, -200.f, 1e-40f),
                        rc::gen::map(rc::gen::inRange(0, 400), [](int x) { return x > 0 ? 0.5f : kNaN; }),
                        rc::gen::map(rc::gen::inRange(0, 400), [](int x) { return x > 0 ? 1.f : -kInfinity; }));
}

rc::Gen<Event> any_event() {
  const auto pause = rc::gen::oneOf(rc::gen::map(rc::gen::inRange(0, 60), [](int ms) { return ms * 1e-3; }),
                                    rc::gen::element(1.0 / 30, 0.0, 0.4, 0.6, 3.0, 1e6, -1.0, std::nan("")));
  const auto age = rc::gen::element(0.0, 0.0, 0.01, 0.1, 0.49, 0.5, 0.6, 100.0, -1.0, std::nan(""));
  const auto controls =
      rc::gen::map(rc::gen::container<std::vector<float>>(kControlCount, any_value()), [](auto values) {
        ControlVector out;
        std::copy(values.begin(), values.end(), out.begin());
        return out;
      });
  return rc::gen::build<Event>(rc::gen::set(&Event::pause, pause), rc::gen::set(&Event::age, age),
                               rc::gen::set(&Event::what, rc::gen::inRange(0, 16)),
                               rc::gen::set(&Event::controls, controls));
}

void expect_safe(const ControlVector& before, const ControlVector& after, double dt) {
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const auto [min, max] = table()[i].shadowing;
    RC_ASSERT(std::isfinite(after[i]));
    RC_ASSERT(after[i] >= min);
    RC_ASSERT(after[i] <= max);
    const double rounding = 1e-6 * (max - min);
    RC_ASSERT(std::abs(static_cast<double>(after[i]) - before[i]) <= limits().fastest[i] * dt + rounding);
  }
}

RC_GTEST_PROP(SafetyProperty, WhateverGoesInWhatComesOutIsFiniteInRangeAndNotTooFast, ()) {
  SafetyStage stage(table(), limits());
  double now = 50, latest = now;
  ControlVector pose = stage.step(now, std::nullopt);
  for (const Event& event : *rc::gen::container<std::vector<Event>>(any_event())) {
    now = std::isnan(event.pause) ? event.pause : (std::isnan(now) ? latest : now) + event.pause;
    if (event.what == 12) stage.stop();
    if (event.what == 13) stage.release();
    if (event.what == 14) stage.rest();
    if (event.what == 15) stage.hand_over();
    const bool was_stopped = stage.state() == SafetyState::stopped;
    const double dt = std::isnan(now) ? 0 : std::clamp(now - latest, 0.0, limits().longest_step);
    const ControlVector next =
        stage.step(now, event.what < 10 ? std::optional(TimedControls{event.controls, now - event.age}) : std::nullopt);
    if (!std::isnan(now)) latest = std::max(latest, now);
    expect_safe(pose, next, dt);
    if (was_stopped) RC_ASSERT(next == pose);
    pose = next;
  }
}

RC_GTEST_PROP(SafetyProperty, AfterWhateverCameNeutralIsReachedInTimeOnceNothingComes, ()) {
  SafetyStage stage(table(), limits());
  double now = 0;
  for (const Event& event : *rc::gen::container<std::vector<Event>>(any_event())) {
    now += std::isnan(event.pause) ? 0 : std::clamp(event.pause, 0.0, 1.0);
    stage.step(now, TimedControls{event.controls, now});
  }
  const double last = now, in_time = limits().hold_after + 2 + 1.0 / 30;
  while (now < last + in_time) stage.step(now += 1.0 / 30, std::nullopt);
  RC_ASSERT(stage.pose() == table().neutral());
  RC_ASSERT(stage.state() == SafetyState::neutral);
}

RC_GTEST_PROP(SafetyProperty, UnusableControlsAreAsNone, ()) {
  Stage one, other;
  one.see(smile(), 2);
  other.see(smile(), 2);
  TimedControls bad{table().neutral(), one.now};
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      bad.controls[*rc::gen::inRange<std::size_t>(0, kControlCount)] = *rc::gen::element(kNaN, kInfinity, -kInfinity);
      break;
    case 1:
      bad.captured -= limits().hold_after + *rc::gen::inRange(0, 10);
      break;
    case 2:
      bad.captured = one.now - 0.1;  // older than the last one
      break;
    case 3:
      bad.captured += 100;  // not yet there
      break;
    default:
      bad.captured = std::nan("");
  }
  for (double now = one.now; now < one.now + 5; now += 1.0 / 30) {
    RC_ASSERT(one.step(now, bad) == other.step(now, std::nullopt));
    RC_ASSERT(one.state() == other.state());
  }
}

TEST(Safety, IsDeterministic) {
  Stage one, other;
  for (Stage* stage : {&one, &other}) {
    stage->see(smile(), 1);
    stage->see_nothing(0.7);
    stage->see(smile(), 0.5);
  }
  EXPECT_EQ(one.pose(), other.pose());
}

TEST(Safety, FollowsWhatIsWantedAfterASoftTakeover) {
  Stage stage;
  EXPECT_EQ(stage.step(stage.now, std::nullopt), table().neutral());
  EXPECT_EQ(stage.state(), SafetyState::neutral);
  stage.see(smile(), 0.1);
  EXPECT_EQ(stage.state(), SafetyState::shadowing);
  EXPECT_LT(stage.pose()[kBrow], 0.62f);  // from 0.6 on the way to 1
  stage.see(smile(), 2);
  for (std::size_t i = 0; i < kControlCount; ++i) EXPECT_NEAR(stage.pose()[i], smile()[i], 1e-3) << i;
}

TEST(Safety, ALostFaceIsHeldThenNeutralIsEasedTo) {
  Stage stage;
  stage.see(smile(), 2);
  const ControlVector before = stage.pose();
  stage.see_nothing(0.4);
  EXPECT_EQ(stage.state(), SafetyState::shadowing);
  stage.see_nothing(0.2);
  EXPECT_EQ(stage.state(), SafetyState::holding);
  for (std::size_t i = 0; i < kControlCount; ++i) EXPECT_NEAR(stage.pose()[i], before[i], 1e-3);
  stage.see_nothing(0.5);
  EXPECT_EQ(stage.state(), SafetyState::easing);
  stage.see_nothing(1.5);
  EXPECT_EQ(stage.state(), SafetyState::neutral);
  EXPECT_EQ(stage.pose(), table().neutral());
}

TEST(Safety, AShortGapIsNoNewTakeover) {
  Stage stage;
  stage.see(smile(), 2);
  stage.see_nothing(0.3);
  stage.see(table().neutral(), 0.4);
  EXPECT_NEAR(stage.pose()[kBrow], 0.6, 0.02);
}

TEST(Safety, AFaceThatReturnsTakesOverSoftly) {
  Stage stage;
  stage.see(smile(), 2);
  stage.see_nothing(3);
  stage.see(smile(), 0.1);
  EXPECT_LT(stage.pose()[kBrow], 0.62f);
}

TEST(Safety, AStopFreezesThePoseUntilItIsReleased) {
  Stage stage;
  stage.see(smile(), 0.5);
  const ControlVector frozen = stage.pose();
  stage.stop();
  stage.see(table().neutral(), 2);
  stage.see_nothing(5);
  stage.rest();
  stage.see_nothing(5);
  EXPECT_EQ(stage.state(), SafetyState::stopped);
  EXPECT_EQ(stage.pose(), frozen);
}

TEST(Safety, AfterAReleaseShadowingTakesOverSoftlyOrNeutralIsEasedTo) {
  for (const bool seen : {true, false}) {
    Stage stage;
    stage.see(smile(), 2);
    const ControlVector frozen = stage.pose();
    stage.stop();
    stage.see_nothing(5);
    stage.release();
    seen ? stage.see(table().neutral(), 0.1) : stage.see_nothing(0.1);
    EXPECT_NEAR(stage.pose()[kBrow], frozen[kBrow], 0.02);
    EXPECT_EQ(stage.state(), seen ? SafetyState::shadowing : SafetyState::holding);
    seen ? stage.see(table().neutral(), 2) : stage.see_nothing(2);
    EXPECT_NEAR(stage.pose()[kBrow], table().neutral()[kBrow], 1e-3);
  }
}

TEST(Safety, AnotherPersonIsTakenOverSoftly) {
  Stage stage;
  stage.see(smile(), 2);
  const ControlVector before = stage.pose();
  stage.hand_over();
  EXPECT_EQ(stage.state(), SafetyState::holding);
  stage.see(table().neutral(), 0.1);
  EXPECT_EQ(stage.state(), SafetyState::shadowing);
  EXPECT_NEAR(stage.pose()[kBrow], before[kBrow], 0.05);
  stage.see(table().neutral(), 2);
  EXPECT_NEAR(stage.pose()[kBrow], table().neutral()[kBrow], 1e-3);
}

TEST(Safety, AHandOverMovesNothingThatIsStoppedOrAtRest) {
  Stage stage;
  stage.hand_over();
  EXPECT_EQ(stage.state(), SafetyState::neutral);
  stage.see(smile(), 1);
  stage.stop();
  stage.hand_over();
  EXPECT_EQ(stage.state(), SafetyState::stopped);
}

TEST(Safety, AReleaseWithoutAStopChangesNothing) {
  Stage stage;
  stage.see(smile(), 1);
  stage.release();
  EXPECT_EQ(stage.state(), SafetyState::shadowing);
}

TEST(Safety, AtRestNothingIsFollowed) {
  Stage stage;
  stage.see(smile(), 2);
  stage.rest();
  stage.see(smile(), 1.7);
  EXPECT_EQ(stage.state(), SafetyState::neutral);
  EXPECT_EQ(stage.pose(), table().neutral());
}

TEST(Safety, ALateStepDoesNotJump) {
  Stage stage;
  stage.see(smile(), 2);
  const ControlVector before = stage.pose();
  stage.step(stage.now + 60, std::nullopt);
  EXPECT_EQ(stage.state(), SafetyState::easing);
  for (std::size_t i = 0; i < kControlCount; ++i) {
    EXPECT_LE(std::abs(stage.pose()[i] - before[i]), limits().fastest[i] * limits().longest_step + 1e-3);
  }
}

TEST(OneEuro, StaysBetweenWhatCameOutAndWhatGoesIn) {
  OneEuroFilter filter;
  EXPECT_EQ(filter.filter(3, 0, {}), 3);
  double last = 3;
  for (const double value : {3.5, 9.0, -4.0, -4.0, 0.0}) {
    const double out = filter.filter(value, 0.03, {});
    EXPECT_GE(out, std::min(last, value));
    EXPECT_LE(out, std::max(last, value));
    last = out;
  }
  EXPECT_EQ(filter.filter(100, 0, {}), last);  // no time passed
  filter.reset();
  EXPECT_EQ(filter.filter(7, 0.03, {}), 7);
}

// The root mean square of what noise of a deviation of 1 leaves.
double noise_left(const OneEuroParameters& parameters) {
  std::mt19937 random(5);
  std::normal_distribution<double> noise(0, 1);
  OneEuroFilter filter;
  double squares = 0;
  constexpr int kSettle = 100, kCount = 50000;
  for (int i = 0; i < kSettle + kCount; ++i) {
    const double out = filter.filter(noise(random), 1 / 30.0, parameters);
    if (i >= kSettle) squares += out * out / kCount;
  }
  return std::sqrt(squares);
}

TEST(OneEuro, WhatIsSlowerThanTheRestSpeedDoesNotOpenIt) {
  OneEuroParameters parameters{.min_cutoff_hz = 1, .beta = 10, .derivative_cutoff_hz = 1.2};
  const double open = noise_left(parameters);
  parameters.rest_speed = 1000;
  const double shut = noise_left(parameters);
  // A first-order low pass of weight a leaves sqrt(a / (2 - a)) of white noise.
  const double a = 1 / (1 + 30 / (2 * std::numbers::pi));
  EXPECT_NEAR(shut, std::sqrt(a / (2 - a)), 0.01);
  EXPECT_GT(open, 1.5 * shut);
}

// How far what comes out is behind a ramp of this speed, in the end.
double behind(double speed, const OneEuroParameters& parameters) {
  OneEuroFilter filter;
  double gap = 0;
  for (int i = 0; i < 300; ++i) gap = speed * i / 30 - filter.filter(speed * i / 30, 1 / 30.0, parameters);
  return gap;
}

TEST(OneEuro, AMovementIsNeverFurtherBehindThanTheRestSpeedsStepAndALittle) {
  const OneEuroParameters rests{.min_cutoff_hz = 0.6, .beta = 10, .derivative_cutoff_hz = 1, .rest_speed = 0.5};
  OneEuroParameters plain = rests;
  plain.rest_speed = 0;
  for (const double speed : {0.05, 0.2, 1.0, 5.0}) {
    EXPECT_GT(behind(speed, rests), behind(speed, plain));
    EXPECT_LT(behind(speed, rests), behind(speed, plain) + rests.rest_speed / 30);
  }
}

std::string shipped() {
  std::ifstream file(resource("config/safety.json"));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

void expect_refused(const std::string& from, const std::string& to, const std::string& complaint) {
  std::string text = shipped();
  const std::size_t at = text.find(from);
  ASSERT_NE(at, text.npos) << from;
  std::istringstream json(text.replace(at, from.size(), to));
  try {
    SafetyLimits::parse(json, "it.json", table());
    FAIL() << "accepted " << to;
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("it.json"));
    EXPECT_THAT(error.what(), HasSubstr(complaint));
  }
}

TEST(SafetyLimits, RefuseWhatWouldNotBeSafe) {
  expect_refused("\"hold_after_s\": 0.5", "\"hold_after_s\": 1e9", "hold_after_s");
  expect_refused("\"ease_s\": 1.5", "\"ease_s\": 1.9", "together");
  expect_refused("\"takeover_s\": 1.0", "\"takeover_s\": 0", "takeover_s");
  expect_refused("\"longest_step_s\": 0.1", "\"longest_step_s\": \"long\"", "not as config/safety.json");
  expect_refused("\"rest_speed\": ", "\"rest_speed\": -", "rest_speed");
  expect_refused("\"Jaw Yaw\": 4", "\"Jaw Yaw\": -4", "Jaw Yaw");
  expect_refused("\"Jaw Yaw\": 4", "\"Jaw Yaw\": 0.1", "too slow");
  expect_refused("\"Jaw Yaw\"", "\"Jaw Pitch \"", "no control");
  expect_refused(", \"Jaw Yaw\": 4", "", "no region");
  expect_refused("\"Lip Top Curl\": 6", "\"Jaw Yaw\": 6", "twice");
  expect_refused("\"regions\": [", "\"regions\": {}, \"x\": [", "array");
  EXPECT_THROW(SafetyLimits::load("no/such.json", table()), InputError);
}

}  // namespace
}  // namespace vividface
