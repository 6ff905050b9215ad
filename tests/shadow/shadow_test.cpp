#include "shadow/shadow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace vividface {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t kJawPitch = 13, kHeadYaw = 12, kBrow = 0;

// Points spread over the frame, as a reference's picture is cut out around them.
FaceObservation a_face() {
  FaceObservation face{};
  for (int i = 0; i < kMeshPointCount; ++i) {
    face.mesh[i] = {static_cast<float>(i % 4), static_cast<float>(i / 4 % 4), 0};
  }
  face.presence = 1;
  return face;
}

// M1 that re-enacts nothing: its picture's first pixel is the frame's.
class FakeTransfer : public MotionTransfer {
 public:
  void set_reference(const cv::Mat& bgr, const FaceObservation&) override {
    if (fail) throw std::runtime_error("M1 failed");
    reference_ = bgr.at<cv::Vec3b>(0, 0)[0];
  }
  bool has_reference() const override { return reference_.has_value(); }
  std::optional<AnimatedFrame> animate(const cv::Mat& bgr, const FaceObservation&) override {
    if (fail) throw std::runtime_error("M1 failed");
    if (lost) return std::nullopt;
    image_.create(8, 8, CV_8UC3);
    image_.setTo(bgr.at<cv::Vec3b>(0, 0));
    return AnimatedFrame{image_, cv::Matx33f::eye()};
  }
  std::optional<int> reference_;
  bool fail = false, lost = false;

 private:
  cv::Mat image_;
};

class RecordingLink : public RobotLink {
 public:
  void send(const ControlVector& controls, double time) override {
    if (fail) throw std::runtime_error("the robot hung up");
    sent.push_back(controls);
    times.push_back(time);
  }
  std::vector<ControlVector> sent;
  std::vector<double> times;
  bool fail = false;
};

class ShadowTest : public testing::Test {
 protected:
  ShadowTest() {
    auto transfer = std::make_unique<FakeTransfer>();
    transfer_ = transfer.get();
    ShadowParts parts;
    parts.track = [this](const cv::Mat& bgr) -> std::optional<FaceObservation> {
      if (tracker_fails_) throw std::runtime_error("the tracker failed");
      if (bgr.at<cv::Vec3b>(0, 0)[0] == 0) return std::nullopt;  // a black frame has no face
      return a_face();
    };
    parts.choose = [this](std::optional<cv::Point2f> point) { chosen_.push_back(point); };
    parts.transfer = std::move(transfer);
    parts.map = [this](const AnimatedFrame& animated) {
      ControlVector controls = table_.neutral();
      controls[kBrow] = static_cast<float>(animated.image.at<cv::Vec3b>(0, 0)[0]) / 100;
      controls[kJawPitch] = jaw_;
      return controls;
    };
    parts.pose_head = [](const cv::Matx33f&, ControlVector& controls) { controls[kHeadYaw] = 7; };
    parts.robot_picture = cv::Mat(8, 8, CV_8UC3, cv::Scalar(9, 9, 9));
    shadow_.emplace(std::move(parts), table_, link_);
  }

  const ShadowedFrame& step(int grey, int type = CV_8UC3) {
    Frame frame{.bgr = cv::Mat(4, 4, type, cv::Scalar::all(grey)),
                .time = 0.1 * static_cast<double>(next_),
                .index = next_,
                .arrival = Clock::now()};
    ++next_;
    return shadow_->step(frame);
  }

  const ControlTable& table_ = ControlTable::ameca();
  RecordingLink link_;
  FakeTransfer* transfer_ = nullptr;
  std::optional<Shadow> shadow_;
  std::size_t next_ = 0;
  float jaw_ = 0.75f;
  bool tracker_fails_ = false;
  std::vector<std::optional<cv::Point2f>> chosen_;
};

TEST_F(ShadowTest, AFaceGoesThroughM1AndM2ToTheRobot) {
  step(50);
  link_.sent.clear();
  const ShadowedFrame& out = step(50);
  EXPECT_EQ(out.status, ShadowStatus::shadowing);
  EXPECT_TRUE(out.face.has_value());
  EXPECT_FLOAT_EQ(out.controls[kBrow], 0.5f);
  EXPECT_FLOAT_EQ(out.controls[kJawPitch], 0.75f);
  EXPECT_FLOAT_EQ(out.controls[kHeadYaw], 7);
  EXPECT_EQ(out.animated.at<cv::Vec3b>(0, 0)[0], 50);
  EXPECT_THAT(link_.sent, ElementsAre(out.controls));
  EXPECT_EQ(out.message, "");
}

TEST_F(ShadowTest, TheFirstFrameWithAFaceIsTheReference) {
  step(0);
  EXPECT_FALSE(transfer_->has_reference());
  step(40);
  step(60);
  EXPECT_EQ(transfer_->reference_, 40);
}

TEST_F(ShadowTest, AFirstFrameThatIsNotNeutralIsTakenButSaidSo) {
  EXPECT_THAT(step(50).message, HasSubstr("--neutral calibrate"));  // the face here is none that people have
  EXPECT_EQ(step(50).message, "");
}

TEST_F(ShadowTest, AnotherPersonHasAReferenceOfTheirOwn) {
  step(40);
  shadow_->choose_person(cv::Point2f(0.25f, 0.5f));
  EXPECT_FALSE(shadow_->reference());
  EXPECT_EQ(step(0).status, ShadowStatus::no_face);
  EXPECT_EQ(step(60).status, ShadowStatus::shadowing);
  EXPECT_EQ(transfer_->reference_, 60);
  shadow_->choose_person(std::nullopt);
  step(80);
  EXPECT_EQ(transfer_->reference_, 80);
  EXPECT_THAT(chosen_, ElementsAre(cv::Point2f(0.25f, 0.5f), std::nullopt));
}

TEST_F(ShadowTest, StartsAtTheRobotsNeutralPoseAndPicture) {
  const ShadowedFrame& out = step(0);
  EXPECT_EQ(out.status, ShadowStatus::no_face);
  EXPECT_EQ(out.controls, table_.neutral());
  EXPECT_EQ(out.animated.at<cv::Vec3b>(0, 0)[0], 9);
}

TEST_F(ShadowTest, WithoutAFaceTheLastPoseIsHeldAndSent) {
  const ControlVector before = step(50).controls;
  const ShadowedFrame& held = step(0);
  EXPECT_EQ(held.status, ShadowStatus::no_face);
  EXPECT_FALSE(held.face.has_value());
  EXPECT_EQ(held.controls, before);
  EXPECT_EQ(held.animated.at<cv::Vec3b>(0, 0)[0], 50);
  EXPECT_THAT(link_.sent, ElementsAre(before, before));
  EXPECT_EQ(step(70).status, ShadowStatus::shadowing);  // the face comes back
  EXPECT_EQ(shadow_->counts().frames, 3u);
  EXPECT_EQ(shadow_->counts().no_face, 1u);
  EXPECT_EQ(shadow_->counts().shadowing, 2u);
}

TEST_F(ShadowTest, AFrameThatCouldNotBeDecodedIsHeld) {
  const ControlVector before = step(50).controls;
  EXPECT_EQ(shadow_->step(Frame{}).status, ShadowStatus::bad_frame);
  EXPECT_EQ(step(50, CV_8UC1).status, ShadowStatus::bad_frame);
  EXPECT_EQ(step(50, CV_16UC3).status, ShadowStatus::bad_frame);
  EXPECT_EQ(link_.sent.back(), before);
  EXPECT_EQ(shadow_->counts().bad_frame, 3u);
}

TEST_F(ShadowTest, APartThatThrowsHoldsThePoseAndSaysWhy) {
  const ControlVector before = step(50).controls;
  tracker_fails_ = true;
  EXPECT_EQ(step(60).status, ShadowStatus::bad_frame);
  tracker_fails_ = false;
  transfer_->fail = true;
  const ShadowedFrame& out = step(60);
  EXPECT_EQ(out.status, ShadowStatus::bad_frame);
  EXPECT_THAT(out.message, HasSubstr("M1 failed"));
  EXPECT_EQ(out.controls, before);
  EXPECT_FALSE(out.face.has_value());
  transfer_->fail = false;
  EXPECT_EQ(step(60).status, ShadowStatus::shadowing);
}

TEST_F(ShadowTest, ALinkThatThrowsDoesNotEndTheStream) {
  link_.fail = true;
  const ShadowedFrame& out = step(50);
  EXPECT_EQ(out.status, ShadowStatus::shadowing);
  EXPECT_THAT(out.message, HasSubstr("hung up"));
  EXPECT_EQ(shadow_->counts().send_failures, 1u);
  link_.fail = false;
  EXPECT_EQ(step(51).message, "");
}

TEST_F(ShadowTest, WhatIsSentIsFiniteAndWithinTheShadowingRanges) {
  for (float jaw : {-5.0f, 5.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    jaw_ = jaw;
    step(255);  // a brow of 2.55
    for (std::size_t i = 0; i < kControlCount; ++i) {
      EXPECT_TRUE(std::isfinite(link_.sent.back()[i]));
      EXPECT_GE(link_.sent.back()[i], table_[i].shadowing.min);
      EXPECT_LE(link_.sent.back()[i], table_[i].shadowing.max);
    }
  }
}

TEST_F(ShadowTest, ControlsThatAreNotFiniteHoldThePoseAndSaySo) {
  const ControlVector before = step(50).controls;
  for (float jaw : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    jaw_ = jaw;
    const ShadowedFrame& out = step(80);
    EXPECT_EQ(out.status, ShadowStatus::bad_frame);
    EXPECT_THAT(out.message, HasSubstr("not finite"));
    EXPECT_EQ(out.controls, before);
    EXPECT_EQ(link_.sent.back(), before);
  }
  jaw_ = 0.5f;
  EXPECT_EQ(step(80).status, ShadowStatus::shadowing);
}

TEST_F(ShadowTest, TimesAreInOrderForEveryStatus) {
  for (int grey : {50, 0, 60}) {
    const ShadowedFrame& out = step(grey);
    EXPECT_LE(out.times.arrival, out.times.preprocessed);
    EXPECT_LE(out.times.preprocessed, out.times.generated);
    EXPECT_LE(out.times.generated, out.times.sent);
  }
  EXPECT_EQ(shadow_->latency()[Stage::end_to_end].count(), 2u);  // of the shadowed ones
}

TEST_F(ShadowTest, AFaceThatM1CannotUseHoldsThePose) {
  step(50);
  transfer_->lost = true;
  const ControlVector before = shadow_->step({.bgr = cv::Mat(4, 4, CV_8UC3, cv::Scalar::all(90))}).controls;
  EXPECT_EQ(before, link_.sent.front());
  EXPECT_EQ(shadow_->counts().no_face, 1u);
}

TEST_F(ShadowTest, AReferenceThatM1FailsOnIsNoneAndTheNextFrameChoosesAnother) {
  step(50);
  transfer_->fail = true;
  shadow_->use_reference({cv::Mat(4, 4, CV_8UC3, cv::Scalar::all(90)), a_face()});
  EXPECT_FALSE(shadow_->reference());
  transfer_->fail = false;
  step(60);
  EXPECT_TRUE(shadow_->reference());
}

TEST_F(ShadowTest, TheReferenceChooserHearsOfFramesWithoutAFace) {
  struct Counting : ReferenceChooser {
    std::optional<Reference> offer(const Frame&, const std::optional<FaceObservation>& face) override {
      ++(face ? with : without);
      return std::nullopt;
    }
    int with = 0, without = 0;
  };
  ShadowParts parts;
  parts.track = [](const cv::Mat& bgr) {
    return bgr.at<cv::Vec3b>(0, 0)[0] == 0 ? std::nullopt : std::optional(a_face());
  };
  parts.transfer = std::make_unique<FakeTransfer>();
  auto chooser = std::make_unique<Counting>();
  const Counting& counting = *chooser;
  parts.reference = std::move(chooser);
  Shadow shadow(std::move(parts), table_, link_);
  for (int grey : {50, 0, 0}) {
    const ShadowStatus status = shadow.step({.bgr = cv::Mat(4, 4, CV_8UC3, cv::Scalar::all(grey))}).status;
    EXPECT_EQ(status, grey == 0 ? ShadowStatus::no_face : ShadowStatus::calibrating);
  }
  EXPECT_EQ(counting.with, 1);
  EXPECT_EQ(counting.without, 2);
}

TEST_F(ShadowTest, WithoutAReferenceTheNeutralPoseIsHeld) {
  class Never : public ReferenceChooser {
    std::optional<Reference> offer(const Frame&, const std::optional<FaceObservation>&) override {
      return std::nullopt;
    }
    std::string advice() const override { return "hold still"; }
  };
  ShadowParts parts;
  parts.track = [](const cv::Mat&) { return a_face(); };
  parts.transfer = std::make_unique<FakeTransfer>();
  parts.reference = std::make_unique<Never>();
  Shadow shadow(std::move(parts), table_, link_);
  const ShadowedFrame& out = shadow.step({.bgr = cv::Mat(4, 4, CV_8UC3), .arrival = Clock::now()});
  EXPECT_EQ(out.status, ShadowStatus::calibrating);
  EXPECT_EQ(out.message, "hold still");
  EXPECT_FALSE(shadow.reference().has_value());
  EXPECT_EQ(out.controls, table_.neutral());
}

}  // namespace
}  // namespace vividface
