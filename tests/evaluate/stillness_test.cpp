#include "evaluate/stillness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "app/clips.h"
#include "base/error.h"
#include "evaluate/still_frame.h"
#include "face/face_tracker.h"
#include "shadow/mesh_engine.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::size_t kBrow = 0, kLid = 6;  // of ranges 0…1 and −1…2

/// M1 that shows the person's picture.
class Mirror : public MotionTransfer {
 public:
  void set_reference(const cv::Mat&, const FaceObservation&) override { has_reference_ = true; }
  bool has_reference() const override { return has_reference_; }
  std::optional<AnimatedFrame> animate(const cv::Mat& bgr, const FaceObservation&) override {
    return AnimatedFrame{bgr, cv::Matx33f::eye()};
  }

 private:
  bool has_reference_ = false;
};

FaceObservation a_grid() {
  FaceObservation face{};
  for (int i = 0; i < kMeshPointCount; ++i)
    face.mesh[static_cast<std::size_t>(i)] = {static_cast<float>(i % 4), static_cast<float>(i / 4 % 4), 0};
  return face;
}

float first_byte(const cv::Mat& bgr) { return bgr.at<cv::Vec3b>(0, 0)[0]; }

cv::Mat grey(int level) { return {4, 4, CV_8UC3, cv::Scalar::all(level)}; }

/// An engine that reads a brow and a lid off the first two pixels, a grey level a 255th, and sees no face in black.
ShadowParts grey_reader() {
  ShadowParts parts;
  parts.track = [](const cv::Mat& bgr) { return first_byte(bgr) == 0 ? std::nullopt : std::optional(a_grid()); };
  parts.transfer = std::make_unique<Mirror>();
  parts.map = [](const AnimatedFrame& animated) {
    const cv::Mat& bgr = animated.image;
    ControlVector controls = ControlTable::ameca().neutral();
    controls[kBrow] = first_byte(bgr) / 255;
    controls[kLid] = static_cast<float>(bgr.at<cv::Vec3b>(0, 1)[0]) / 255;
    return controls;
  };
  parts.pose_head = [](const cv::Matx33f&, ControlVector&) {};
  parts.robot_picture = grey(1);
  return parts;
}

/// Made once: that takes longer than what it is for.
const std::shared_ptr<FaceTracker>& tracker() {
  static const auto tracker = std::make_shared<FaceTracker>();
  return tracker;
}

TEST(ControlDeviations, AreInPercentOfEachControlsRange) {
  ControlVector a = ControlTable::ameca().neutral(), b = a;
  b[kBrow] += 0.02f;  // of 1
  b[kLid] += 0.03f;   // of 3
  const ControlDeviations found(std::vector{a, b, a, b});
  EXPECT_NEAR(found[kBrow], 1, 1e-4);
  EXPECT_NEAR(found[kLid], 0.5, 1e-4);
  EXPECT_EQ(found.worst(), kBrow);
  EXPECT_NEAR(found.mean(), 1.5 / kControlCount, 1e-5);
}

TEST(Stillness, WithoutNoiseNothingMoves) {
  const Stillness found = measure_stillness(grey_reader(), grey(90), grey(120), {.noise = 0});
  EXPECT_EQ(found.read.largest(), 0);
  EXPECT_LT(found.sent.largest(), 1e-3);  // %: the way that the filter still had to go from the reference
  EXPECT_EQ(found.lost, 0u);
}

TEST(Stillness, NoiseIsAsStrongAsAskedAndTheSafetyStageCalmsIt) {
  const StillnessOptions options{.frames = 2000, .noise = 4};
  const Stillness found = measure_stillness(grey_reader(), grey(90), grey(120), options);
  EXPECT_NEAR(found.read[kBrow], 100 * 4 / 255., 0.1);
  EXPECT_NEAR(found.read[kLid], 100 * 4 / 255. / 3, 0.03);
  EXPECT_EQ(found.read.worst(), kBrow);
  EXPECT_LT(found.sent[kBrow], 0.7 * found.read[kBrow]);
  EXPECT_GT(found.sent[kBrow], 0.1 * found.read[kBrow]);
}

TEST(Stillness, TheSameSeedGivesTheSameNoise) {
  const auto brow = [](std::uint64_t seed) {
    return measure_stillness(grey_reader(), grey(90), grey(120), {.seed = seed}).read[kBrow];
  };
  EXPECT_EQ(brow(1), brow(1));
  EXPECT_NE(brow(1), brow(2));
}

TEST(Stillness, WhatSettlesDoesNotCount) {
  const auto converging = [] {
    ShadowParts parts = grey_reader();
    parts.map = [frame = 0](const AnimatedFrame&) mutable {
      ControlVector controls = ControlTable::ameca().neutral();
      controls[kBrow] = ++frame < 20 ? 0.05f * static_cast<float>(frame) : 0.95f;
      return controls;
    };
    return parts;
  };
  EXPECT_EQ(measure_stillness(converging(), grey(90), grey(120), {.settle = 30}).read.largest(), 0);
  EXPECT_GT(measure_stillness(converging(), grey(90), grey(120), {.settle = 0}).read.largest(), 1);
}

TEST(Stillness, FramesWithoutAFaceAreCountedAndHeld) {
  ShadowParts parts = grey_reader();
  parts.track = [frame = 0](const cv::Mat&) mutable {
    return ++frame % 10 == 0 ? std::nullopt : std::optional(a_grid());
  };
  const Stillness found = measure_stillness(std::move(parts), grey(90), grey(120), {.frames = 100});
  EXPECT_EQ(found.lost, 10u);
  EXPECT_GT(found.sent.largest(), 0);
}

TEST(Stillness, RefusesWhatCannotBeMeasured) {
  const auto measure = [](int reference, int still, const StillnessOptions& options) {
    return [=] { measure_stillness(grey_reader(), grey(reference), grey(still), options); };
  };
  EXPECT_THAT(measure(0, 90, {}), ThrowsMessage<InputError>(HasSubstr("no face")));
  EXPECT_THAT(measure(90, 0, {.noise = 0}), ThrowsMessage<InputError>(HasSubstr("0 of 90 frames")));
  EXPECT_THAT(measure(90, 90, {.frames = 1}), ThrowsMessage<InputError>(HasSubstr("--frames 1")));
  for (const double noise : {-1., 101., std::numeric_limits<double>::quiet_NaN()})
    EXPECT_THAT(measure(90, 90, {.noise = noise}), ThrowsMessage<InputError>(HasSubstr("--noise")));
}

TEST(Stillness, OfTheMeshEngineIsTheSameEachTime) {
  const auto measure = [] {
    tracker()->reset();
    return measure_stillness(mesh_engine({}, tracker()), a_face(), a_face(), {.frames = 10, .settle = 5});
  };
  const Stillness found = measure(), again = measure();
  for (std::size_t c = 0; c < kControlCount; ++c) {
    EXPECT_EQ(found.read[c], again.read[c]);
    EXPECT_EQ(found.sent[c], again.sent[c]);
  }
  EXPECT_EQ(found.lost, 0u);
  EXPECT_GT(found.read.mean(), 0);
  EXPECT_LT(found.read.mean(), 10);
}

/// Three frames of nothing, five of a face that moves to the right, and three of nothing; 25 a second.
class StillFrameOfAClip : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    write_clip(clip(), 11, [](int i) {
      return i < 3 || i > 7 ? cv::Mat(360, 480, CV_8UC3, cv::Scalar(90, 100, 110)) : frame_with_face_at(60 + 20 * i);
    });
  }
  static void TearDownTestSuite() { delete folder_; }
  static std::string clip() { return *folder_ / "clip.mp4"; }

  static void expect_face_at(int x, const cv::Mat& bgr) {
    EXPECT_LT(cv::norm(bgr, frame_with_face_at(x), cv::NORM_L1) / static_cast<double>(bgr.total() * 3), 4);
  }

 private:
  static inline TemporaryFolder* folder_ = nullptr;
};

TEST_F(StillFrameOfAClip, IsTheMiddleOneWithAFace) {
  int looked_at = 0;
  const StillFrame found = choose_still_frame(clip(), {}, *tracker(), [&] { ++looked_at; });
  EXPECT_EQ(found.still.index, 5u);
  EXPECT_NEAR(found.still.time, 0.2, 1e-6);
  expect_face_at(120, found.reference);
  expect_face_at(160, found.still.bgr);
  EXPECT_GE(looked_at, 11);
}

TEST_F(StillFrameOfAClip, IsTheOneShownAtATime) {
  EXPECT_EQ(choose_still_frame(clip(), 0.13, *tracker()).still.index, 3u);
  const StillFrame found = choose_still_frame(clip(), 0.27, *tracker());
  EXPECT_EQ(found.still.index, 6u);
  expect_face_at(120, found.reference);
  expect_face_at(180, found.still.bgr);
}

TEST_F(StillFrameOfAClip, MustHaveAFaceAndATimeOfTheClip) {
  const auto choose = [](const std::string& input, std::optional<double> at) {
    return [=] { choose_still_frame(input, at, *tracker()); };
  };
  for (const double at : {0., 0.37}) EXPECT_THAT(choose(clip(), at), ThrowsMessage<InputError>(HasSubstr("no face")));
  EXPECT_THAT(choose(clip(), 0.5), ThrowsMessage<InputError>(HasSubstr("ends at 0.440 s")));
  for (const double at : {-1., std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    EXPECT_THAT(choose(clip(), at), ThrowsMessage<InputError>(HasSubstr("--at")));
  EXPECT_THAT(choose("missing.mp4", {}), ThrowsMessage<InputError>(HasSubstr("missing.mp4")));
  EXPECT_THAT(choose("camera:0", {}), ThrowsMessage<InputError>(HasSubstr("camera:0")));
  const TemporaryFolder folder;
  write_clip(folder / "blank.mp4", 3, [](int) { return cv::Mat(120, 160, CV_8UC3, cv::Scalar::all(80)); });
  EXPECT_THAT(choose(folder / "blank.mp4", {}), ThrowsMessage<InputError>(HasSubstr("any of its 3 frames")));
}

}  // namespace
}  // namespace vividface
