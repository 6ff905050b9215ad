#include "render/head_renderer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "base/resources.h"
#include "render/drawn_faces.h"

namespace vividface {
namespace {

constexpr int kSize = 256;

class HeadRendererTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    robot_ = new VirtualRobot;
    renderer_ = new HeadRenderer(robot_->topology());
  }
  static void TearDownTestSuite() {
    delete renderer_;
    delete robot_;
  }

  static cv::Mat drawn(const ControlVector& controls, const RenderView& view = RenderView::canonical(kSize)) {
    HeadPose pose;
    robot_->pose(controls, pose);
    cv::Mat picture(view.height, view.width, CV_8UC3);
    renderer_->draw(pose, view, {}, {picture.data, picture.total() * 3});
    return picture;
  }

  static inline VirtualRobot* robot_ = nullptr;
  static inline HeadRenderer* renderer_ = nullptr;
};

TEST_F(HeadRendererTest, SameControlsGiveTheSameBytes) {
  const ControlVector controls = with({{"Jaw Pitch", 0.3f}, {"Brow Inner Left", 1.f}, {"Head Yaw", 12.f}});
  const cv::Mat first = drawn(controls);
  drawn(with({{"Gaze Target Phi", 90.f}}), RenderView::portrait(100));
  EXPECT_EQ(cv::norm(first, drawn(controls), cv::NORM_INF), 0);
  HeadRenderer other(robot_->topology());
  HeadPose pose;
  robot_->pose(controls, pose);
  cv::Mat again(kSize, kSize, CV_8UC3);
  other.draw(pose, RenderView::canonical(kSize), {}, {again.data, again.total() * 3});
  EXPECT_EQ(cv::norm(first, again, cv::NORM_INF), 0);
}

TEST_F(HeadRendererTest, TheCommittedNeutralPictureIsTodaysRender) {
  const cv::Mat committed = cv::imread(resource("assets/robot_neutral.png").string());
  ASSERT_EQ(committed.size(), cv::Size(kSize, kSize));
  // Drivers differ by a grey level here and there, and at silhouettes.
  EXPECT_LT(difference(committed, drawn(ControlTable::ameca().neutral())), 0.25)
      << "the robot's face changed: vividface render --neutral-picture assets/robot_neutral.png";
}

TEST_F(HeadRendererTest, EveryControlMovesThePictureBothWaysFromNeutral) {
  const ControlTable& table = ControlTable::ameca();
  const cv::Mat neutral = drawn(table.neutral());
  for (std::size_t i = 0; i < kControlCount; ++i) {
    for (const float value : {table[i].dataset.min, table[i].dataset.max}) {
      if (value == table[i].neutral) continue;
      ControlVector controls = table.neutral();
      controls[i] = value;
      EXPECT_GT(difference(drawn(controls), neutral), 0.02) << table[i].name << " at " << value;
    }
  }
}

TEST_F(HeadRendererTest, ControlsOfOneSideLeaveTheOtherAlone) {
  const ControlTable& table = ControlTable::ameca();
  const cv::Mat neutral = drawn(table.neutral());
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const bool left = table[i].name.ends_with("Left");
    if (!left && !table[i].name.ends_with("Right")) continue;
    for (const float value : {table[i].dataset.min, table[i].dataset.max}) {
      ControlVector controls = table.neutral();
      controls[i] = value;
      cv::Mat changed;
      cv::absdiff(drawn(controls), neutral, changed);
      // The robot's own left is on the picture's right.
      const cv::Rect half(left ? kSize / 2 : 0, 0, kSize / 2, kSize);
      const double total = cv::norm(changed, cv::NORM_L1);
      EXPECT_GT(cv::norm(changed(half), cv::NORM_L1), 0.8 * total) << table[i].name << " at " << value;
    }
  }
}

TEST_F(HeadRendererTest, TheNeutralFaceIsSymmetricButForTheLight) {
  HeadPose pose;
  robot_->pose(ControlTable::ameca().neutral(), pose);
  RenderLight light;
  light.key_direction = {0, 0.5f, 1};
  cv::Mat picture(kSize, kSize, CV_8UC3), mirrored;
  renderer_->draw(pose, RenderView::canonical(kSize), light, {picture.data, picture.total() * 3});
  cv::flip(picture, mirrored, 1);
  EXPECT_LT(difference(picture, mirrored), 2);
}

TEST_F(HeadRendererTest, ShutLidsCoverTheEyes) {
  RenderView eye = RenderView::canonical(128);
  eye.target = {0.31f, 0, 0};
  eye.field_of_view = 2.5f;
  const auto iris_pixels = [&](float lid) {
    const cv::Mat picture = drawn(with({{"Eyelid Upper Left", lid}, {"Eyelid Lower Left", lid}}), eye);
    int count = 0;
    for (const cv::Vec3b& bgr : cv::Mat_<cv::Vec3b>(picture)) count += bgr[0] > bgr[2] + 25;
    return count;
  };
  EXPECT_GT(iris_pixels(1), 300);
  EXPECT_GT(iris_pixels(2), iris_pixels(1));
  EXPECT_LT(iris_pixels(0.5f), iris_pixels(1));
  EXPECT_LT(iris_pixels(0), 5);
  EXPECT_LT(iris_pixels(-1), 5);
}

TEST_F(HeadRendererTest, HostileControlsStillGiveAFace) {
  ControlVector controls;
  for (const float value : {1e30f, -1e30f, std::nanf(""), std::numeric_limits<float>::infinity()}) {
    controls.fill(value);
    const cv::Mat picture = drawn(controls, RenderView::portrait(64));
    EXPECT_GT(cv::mean(picture)[1], 35);
  }
  controls.fill(std::nanf(""));
  EXPECT_EQ(cv::norm(drawn(controls), drawn(ControlTable::ameca().neutral()), cv::NORM_INF), 0);
}

TEST_F(HeadRendererTest, RefusesPicturesOfAnotherSizeThanTheView) {
  HeadPose pose;
  robot_->pose(ControlTable::ameca().neutral(), pose);
  std::vector<std::uint8_t> small(10);
  EXPECT_THROW(renderer_->draw(pose, RenderView::canonical(kSize), {}, small), std::runtime_error);
  RenderView none;
  none.width = none.height = 0;
  EXPECT_THROW(renderer_->draw(pose, none, {}, {}), std::runtime_error);
}

}  // namespace
}  // namespace vividface
