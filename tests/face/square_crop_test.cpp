#include "face/square_crop.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <opencv2/core.hpp>

namespace vividface {
namespace {

TEST(SquareCrop, IsThePublishedFormulaForAnUprightFace) {
  const std::array<cv::Point2f, 3> points = {{{100, 100}, {180, 120}, {140, 200}}};
  const auto crop = square_crop(points, {140, 120}, {140, 180});
  EXPECT_FLOAT_EQ(crop.size, 2.2f * 100);
  EXPECT_FLOAT_EQ(crop.centre.x, 140);
  EXPECT_FLOAT_EQ(crop.centre.y, 150 - 0.1f * 220);
}

TEST(SquareCrop, FollowsATiltedFaceWithoutTurning) {
  const std::array<cv::Point2f, 3> upright = {{{-40, -50}, {40, -30}, {0, 50}}};
  const float cosine = std::cos(0.5f), sine = std::sin(0.5f);
  const auto turn = [&](cv::Point2f p) { return cv::Point2f(cosine * p.x - sine * p.y, sine * p.x + cosine * p.y); };
  std::array<cv::Point2f, 3> tilted;
  for (std::size_t i = 0; i < tilted.size(); ++i) tilted[i] = turn(upright[i]);
  const auto a = square_crop(upright, {0, -30}, {0, 30});
  const auto b = square_crop(tilted, turn({0, -30}), turn({0, 30}));
  EXPECT_NEAR(a.size, b.size, 1e-3);
  EXPECT_NEAR(cv::norm(turn(a.centre) - b.centre), 0, 1e-3);
}

TEST(SquareCrop, TakesDownwardsWhenEyesAndMouthCoincide) {
  const std::array<cv::Point2f, 2> points = {{{0, 0}, {10, 10}}};
  const auto crop = square_crop(points, {5, 5}, {5, 5});
  EXPECT_FLOAT_EQ(crop.centre.x, 5);
  EXPECT_FLOAT_EQ(crop.centre.y, 5 - 2.2f);
}

TEST(SquareCrop, CutsTheMiddleToTheMiddleAndBlackBeyondTheFrame) {
  cv::Mat frame(100, 100, CV_8UC3, cv::Scalar::all(200)), out;
  frame.at<cv::Vec3b>(50, 50) = {0, 0, 255};
  SquareCrop{{50, 50}, 400}.cut(frame, 256, out);
  ASSERT_EQ(out.size(), cv::Size(256, 256));
  EXPECT_EQ(out.at<cv::Vec3b>(0, 0), cv::Vec3b(0, 0, 0));
  EXPECT_EQ(out.at<cv::Vec3b>(128, 128), cv::Vec3b(0, 0, 255));
  EXPECT_EQ(out.at<cv::Vec3b>(140, 140), cv::Vec3b(200, 200, 200));
}

}  // namespace
}  // namespace vividface
