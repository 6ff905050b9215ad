#include "transfer/mesh/mesh_warp.h"

#include <gtest/gtest.h>

#include <limits>
#include <opencv2/imgproc.hpp>
#include <random>
#include <vector>

namespace vividface {
namespace {

cv::Mat noise() {
  cv::Mat picture(64, 64, CV_8UC3);
  cv::randu(picture, 0, 255);
  cv::GaussianBlur(picture, picture, {5, 5}, 2);
  return picture;
}

const std::vector<cv::Point2f> kSquare = {{10, 10}, {50, 10}, {50, 50}, {10, 50}};

MeshWarp square() { return MeshWarp(kSquare, {{0, 1, 2}, {0, 2, 3}}, {64, 64}); }

TEST(MeshWarp, PointsThatStayLeaveThePicture) {
  const cv::Mat picture = noise();
  cv::Mat target;
  MeshWarp warp = square();
  warp.apply(picture, kSquare, target);
  EXPECT_LE(cv::norm(picture, target, cv::NORM_INF), 1);
}

TEST(MeshWarp, MovesWhatIsInsideByWholePixels) {
  const cv::Mat picture = noise();
  cv::Mat target;
  MeshWarp warp = square();
  std::vector<cv::Point2f> driven = kSquare;
  for (cv::Point2f& p : driven) p += cv::Point2f(5, -3);
  warp.apply(picture, driven, target);
  EXPECT_LE(cv::norm(picture(cv::Rect(11, 11, 38, 38)), target(cv::Rect(16, 8, 38, 38)), cv::NORM_INF), 1);
  EXPECT_EQ(cv::norm(picture.colRange(0, 10), target.colRange(0, 10), cv::NORM_INF), 0);
}

TEST(MeshWarp, WildPointsStayInThePicture) {
  const cv::Mat picture = noise();
  cv::Mat target;
  MeshWarp warp = square();
  std::mt19937 random(3);
  std::uniform_real_distribution<float> wild(-1e5f, 1e5f);
  for (int i = 0; i < 200; ++i) {
    std::vector<cv::Point2f> driven(4);
    for (cv::Point2f& p : driven) p = {wild(random), wild(random)};
    warp.apply(picture, driven, target);
    EXPECT_EQ(target.size(), picture.size());
  }
  const float nan = std::numeric_limits<float>::quiet_NaN();
  warp.apply(picture, std::vector<cv::Point2f>(4, {nan, nan}), target);
  EXPECT_EQ(cv::norm(picture, target, cv::NORM_INF), 0);
}

}  // namespace
}  // namespace vividface
