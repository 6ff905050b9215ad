#include "transfer/mesh/unturned_face.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "motion/faces.h"
#include "transfer/mesh/mesh_texels.h"
#include "transfer/mesh/mesh_transfer.h"

namespace vividface {
namespace {

constexpr int kSide = UnturnedFace::kSide;

cv::Mat patterned(cv::Size size, cv::Point2f centre, float scale) {
  cv::Mat picture(size, CV_8UC3);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const float u = (static_cast<float>(x) - centre.x) / scale, v = (static_cast<float>(y) - centre.y) / scale;
      const auto grey = static_cast<std::uint8_t>(128 + 60 * std::sin(1.1f * u) * std::cos(0.9f * v + 0.4f));
      picture.at<cv::Vec3b>(y, x) = {grey, grey, grey};
    }
  return picture;
}

RobotFace robot() {
  RobotFace robot;
  robot.face = synthetic_face({}, 11, {128, 128}, 0.2f);
  robot.picture = patterned({256, 256}, {128, 128}, 11);
  return robot;
}

class UnturnedFaceTest : public testing::Test {
 protected:
  UnturnedFaceTest() : transfer_(robot()) {
    face_ = synthetic_face({}, 20, {240, 240}, 0.3f);
    frame_ = patterned({480, 480}, {240, 240}, 20);
    transfer_.set_reference(frame_, face_);
  }

  /// Halves of the layout, less a border that a shrunk picture blurs otherwise.
  std::pair<cv::Mat, cv::Mat> halves(const cv::Mat& frame, const FaceObservation& face) {
    const cv::Mat person = transfer_.animate(frame, face).value().person;
    EXPECT_EQ(person.size(), cv::Size(kSide, 2 * kSide));
    return {person.rowRange(0, kSide).clone(), person.rowRange(kSide, 2 * kSide).clone()};
  }
  static double apart(const std::pair<cv::Mat, cv::Mat>& halves) {
    return cv::norm(halves.first, halves.second, cv::NORM_L1) / (kSide * kSide);
  }

  FaceObservation face_;
  cv::Mat frame_;
  MeshTransfer transfer_;
};

TEST_F(UnturnedFaceTest, TheReferenceShowsTheFaceTwice) {
  const auto both = halves(frame_, face_);
  EXPECT_EQ(apart(both), 0);
  double least = 0, most = 0;
  cv::minMaxLoc(both.first, &least, &most);
  EXPECT_GT(most - least, 60);
}

TEST_F(UnturnedFaceTest, AFaceThatMovesAndComesNearerLooksTheSame) {
  const auto both = halves(patterned({640, 640}, {330, 310}, 28), synthetic_face({}, 28, {330, 310}, 0.3f));
  EXPECT_LT(apart(both), 2.5);
}

TEST_F(UnturnedFaceTest, WhatLandmarksSayOfAnExpressionDoesNotMoveIt) {
  FaceObservation raised = face_;
  for (const int point : {105, 66, 107, 336, 296, 334}) raised.mesh[static_cast<std::size_t>(point)].y -= 12;
  EXPECT_LT(apart(halves(frame_, raised)), 0.5);
}

TEST_F(UnturnedFaceTest, WhatIsSeenOnTheFaceIsInItsPlace) {
  cv::Mat marked = frame_.clone();
  const cv::Point3f brow = face_.mesh[105];
  cv::circle(marked, cv::Point(cv::Point2f(brow.x, brow.y)), 8, cv::Scalar::all(0), cv::FILLED);
  const auto [rest, now] = halves(marked, face_);
  cv::Mat changed;
  cv::absdiff(rest, now, changed);
  cv::Point darkest;
  cv::minMaxLoc(changed, nullptr, nullptr, nullptr, &darkest);
  // On the person's right, which is the picture's left, in the upper half; and nothing else has changed.
  EXPECT_LT(darkest.x, kSide / 2);
  EXPECT_LT(darkest.y, kSide / 2);
  cv::circle(changed, darkest, 12, cv::Scalar(0), cv::FILLED);
  EXPECT_LT(cv::norm(changed, cv::NORM_INF), 10);
}

TEST_F(UnturnedFaceTest, AFaceOutsideTheFrameIsBlack) {
  const auto [rest, now] = halves(frame_, synthetic_face({}, 20, {2000, 240}, 0.3f));
  EXPECT_EQ(cv::countNonZero(now), 0);
  EXPECT_GT(cv::countNonZero(rest), kSide);
}

TEST(MeshTexels, CoverTheMeshOnceAndTheLaterTriangleLiesAbove) {
  const std::vector<cv::Point2f> points = {{0, 0}, {16, 0}, {0, 16}, {16, 16}};
  const std::vector<std::array<int, 3>> triangles = {{0, 1, 2}, {1, 3, 2}, {0, 1, 2}};
  std::vector<int> owners(16 * 16, -1);
  for (const MeshTexel& texel : mesh_texels(points, triangles, 16)) {
    EXPECT_NEAR(texel.weight[0] + texel.weight[1] + texel.weight[2], 1, 1e-5);
    EXPECT_EQ(owners[static_cast<std::size_t>(texel.index)], -1);
    owners[static_cast<std::size_t>(texel.index)] = texel.triangle;
    cv::Point2f lies;
    for (std::size_t k = 0; k < 3; ++k)
      lies +=
          texel.weight[k] * points[static_cast<std::size_t>(triangles[static_cast<std::size_t>(texel.triangle)][k])];
    EXPECT_NEAR(lies.x, texel.index % 16, 1e-3);
    EXPECT_NEAR(lies.y, texel.index / 16, 1e-3);
  }
  for (const int owner : owners) EXPECT_TRUE(owner == 1 || owner == 2) << owner;
}

}  // namespace
}  // namespace vividface
