#include "transfer/mesh/mesh_transfer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <random>

#include "base/error.h"
#include "motion/faces.h"

namespace vividface {
namespace {

const cv::Point2f kCentre = {128, 128};
constexpr float kScale = 11;
constexpr std::array kBrowPoints = {105, 66, 107, 336, 296, 334};

// A drawn robot: the average face's points, a grey skin with a slow pattern, white eyes with dark irises, a line of
// lips.
RobotFace drawn_robot() {
  RobotFace robot;
  robot.face = synthetic_face({}, kScale, kCentre, 0.2f);
  robot.picture.create(256, 256, CV_8UC3);
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 256; ++x) {
      const auto grey = static_cast<std::uint8_t>(120 + 20 * std::sin(0.05 * x) + 15 * std::cos(0.07 * y));
      robot.picture.at<cv::Vec3b>(y, x) = {grey, grey, grey};
    }
  }
  for (EyeObservation& eye : robot.face.eyes) {
    // A pixel within the tracked lids, so that the drawing's soft edge is no white on the skin.
    std::vector<cv::Point> outline;
    for (int i = 0; i <= kInnerCorner; ++i) outline.emplace_back(eye.contour[i] - cv::Point2f(0, 1.3f));
    for (int i = kLidPointCount - 1; i >= 0; --i)
      outline.emplace_back(eye.contour[kUpperLid + i] + cv::Point2f(0, 1.3f));
    cv::fillPoly(robot.picture, std::vector<std::vector<cv::Point>>{outline}, cv::Scalar(220, 220, 220), cv::LINE_AA);
    cv::circle(robot.picture, eye.iris[0], 4, cv::Scalar(30, 20, 20), cv::FILLED, cv::LINE_AA);
    for (int i = 1; i < kIrisPointCount; ++i) {
      eye.iris[i] = eye.iris[0] +
                    4 * cv::Point2f(static_cast<float>((i % 2) * (2 - i)), static_cast<float>((i - 3) * (1 - i % 2)));
    }
  }
  return robot;
}

// A frame of a person without wrinkles or light: only geometry speaks.
cv::Mat plain_frame() { return cv::Mat(480, 480, CV_8UC3, cv::Scalar(140, 150, 170)); }

FaceObservation person(const HeadAngles& angles = {}, float left_eye = 0.3f, float right_eye = 0.3f) {
  FaceObservation face = synthetic_face(angles, 20, {240, 240}, left_eye);
  face.eyes[static_cast<int>(Side::right)] =
      synthetic_face(angles, 20, {240, 240}, right_eye).eyes[static_cast<int>(Side::right)];
  return face;
}

cv::Rect eye_part(const RobotFace& robot, Side side) {
  const EyeObservation& eye = robot.face.eyes[static_cast<int>(side)];
  const std::vector<cv::Point2f> opening(eye.contour.begin(), eye.contour.begin() + kEyeOpeningCount);
  return cv::boundingRect(opening);
}

double difference(const cv::Mat& a, const cv::Mat& b, const cv::Rect& part) {
  return cv::norm(a(part), b(part), cv::NORM_L1) / (3.0 * part.area());
}

class MeshTransferTest : public testing::Test {
 protected:
  MeshTransferTest() : robot_(drawn_robot()), transfer_(robot_) { transfer_.set_reference(plain_frame(), person()); }

  cv::Mat animate(const FaceObservation& face) { return transfer_.animate(plain_frame(), face).value().image.clone(); }

  RobotFace robot_;
  MeshTransfer transfer_;
};

TEST_F(MeshTransferTest, TheReferenceGivesTheRobotsOwnPicture) {
  EXPECT_TRUE(transfer_.has_reference());
  const cv::Mat image = animate(person());
  ASSERT_EQ(image.size(), cv::Size(256, 256));
  EXPECT_LT(difference(image, robot_.picture, {0, 0, 256, 256}), 0.5);
}

TEST_F(MeshTransferTest, ATurnedHeadIsReportedAndLeavesThePicture) {
  const cv::Mat rest = animate(person());
  for (const HeadAngles angles : {HeadAngles{20, 0, 0}, HeadAngles{0, -12, 0}, HeadAngles{-10, 5, 15}}) {
    const AnimatedFrame frame = transfer_.animate(plain_frame(), person(angles)).value();
    // These points turn as a solid body does; what the pose bias takes off a real tracker's is left over.
    EXPECT_LT(difference(frame.image, rest, {0, 0, 256, 256}), 1.5);
    const HeadAngles found = head_angles(frame.head_rotation);
    EXPECT_NEAR(found.yaw, angles.yaw, 0.5);
    EXPECT_NEAR(found.pitch, angles.pitch, 0.5);
    EXPECT_NEAR(found.roll, angles.roll, 0.5);
  }
}

TEST_F(MeshTransferTest, ABlinkCloses) {
  auto white_share = [&](const cv::Mat& image, Side side) {
    cv::Mat grey;
    cv::cvtColor(image(eye_part(robot_, side)), grey, cv::COLOR_BGR2GRAY);
    return static_cast<double>(cv::countNonZero(grey > 185)) / static_cast<double>(grey.total());
  };
  const cv::Mat open = animate(person()), shut = animate(person({}, 0.05f, 0.05f));
  for (const Side side : {Side::left, Side::right}) {
    EXPECT_GT(white_share(open, side), 0.3);
    EXPECT_LT(white_share(shut, side), 0.03) << "the white of a shut eye shows";
  }
}

TEST_F(MeshTransferTest, AWinkLeavesTheOtherEye) {
  const cv::Mat rest = animate(person()), wink = animate(person({}, 0.05f, 0.3f));
  const double winking = difference(rest, wink, eye_part(robot_, Side::left));
  EXPECT_GT(winking, 10);
  EXPECT_LT(difference(rest, wink, eye_part(robot_, Side::right)), 0.15 * winking);
}

// Somebody whose eyes stay open a little when they are shut, and who opens them only a little wider.
TEST_F(MeshTransferTest, ThePersonsOwnLidsMoveTheRobotsAllTheWay) {
  auto white = [&](float opening) {
    cv::Mat grey;
    cv::cvtColor(animate(person({}, opening, opening))(eye_part(robot_, Side::left)), grey, cv::COLOR_BGR2GRAY);
    return cv::countNonZero(grey > 185);
  };
  const int half_shut = white(0.12f), open = white(0.3f), little_wider = white(0.33f);
  transfer_.set_eyelids({.shut = {{0.12f, 0.12f}}, .wide = {{0.33f, 0.33f}}});
  EXPECT_GT(half_shut, 5);
  EXPECT_LT(white(0.12f), 0.2 * half_shut);
  EXPECT_NEAR(white(0.3f), open, 2);
  EXPECT_GT(white(0.33f), little_wider);
  transfer_.set_reference(plain_frame(), person());
  EXPECT_EQ(white(0.12f), half_shut) << "another reference knows nothing of them";
}

TEST_F(MeshTransferTest, TheIrisGoesWhereThePersonLooks) {
  for (const float shift : {-12.0f, 12.0f}) {  // pixels of the person's frame; positive is the person's own left
    FaceObservation face = person();
    for (EyeObservation& eye : face.eyes) {
      for (cv::Point2f& p : eye.iris) p.x += shift;
    }
    const cv::Mat image = animate(face);
    for (const Side side : {Side::left, Side::right}) {
      const cv::Rect part = eye_part(robot_, side);
      cv::Mat dark;
      cv::cvtColor(image(part), dark, cv::COLOR_BGR2GRAY);
      const cv::Moments moments = cv::moments(dark < 80, true);
      ASSERT_GT(moments.m00, 0);
      const double at = moments.m10 / moments.m00 + part.x - robot_.face.eyes[static_cast<int>(side)].iris[0].x;
      EXPECT_GT(at * shift, 0);
      EXPECT_NEAR(at, shift * kScale / 20, 2.5);
    }
  }
}

TEST_F(MeshTransferTest, TheMouthOpensDark) {
  FaceObservation face = person();
  for (const int point : {14, 87, 317, 178, 402, 17, 152, 148, 377, 176, 400}) face.mesh[point].y += 50;
  const cv::Mat image = animate(face);
  double darkest = 0;
  cv::Mat grey;
  cv::cvtColor(image, grey, cv::COLOR_BGR2GRAY);
  const cv::Point2f upper(robot_.face.mesh[13].x, robot_.face.mesh[13].y);
  cv::minMaxLoc(grey(cv::Rect(cv::Point(upper) + cv::Point(-8, 0), cv::Size(16, 25))), &darkest);
  EXPECT_LT(darkest, 70);
}

TEST_F(MeshTransferTest, TellsWhatMoved) {
  const auto motion_of = [&](const FaceObservation& face) {
    const std::span<const float> motion = transfer_.animate(plain_frame(), face).value().motion;
    return std::vector<float>(motion.begin(), motion.end());
  };
  const std::vector<float> still = motion_of(person());
  ASSERT_EQ(still.size(), static_cast<std::size_t>(kMeshMotionCount));
  for (const float value : still) EXPECT_NEAR(value, 0, 0.002);

  FaceObservation face = person({15, 0, 0});
  for (EyeObservation& eye : face.eyes) {
    for (cv::Point2f& p : eye.iris) p.y += 8;
  }
  const std::vector<float> moved = motion_of(face);
  constexpr int kLeftIris = 2 * kMeshPointCount, kYaw = 2 * (kMeshPointCount + 2);
  EXPECT_GT(moved[kLeftIris + 1], 0.005);
  EXPECT_NEAR(moved[kYaw], 15 * CV_PI / 180, 0.01);

  FaceObservation frown = person();
  for (const int point : kBrowPoints) frown.mesh[point].y += 10;  // half a centimetre down
  const std::vector<float> frowned = motion_of(frown);
  for (const int point : kBrowPoints) EXPECT_GT(frowned[2 * point + 1], 0.01) << point;
}

TEST_F(MeshTransferTest, WithoutAReferenceThereIsNoPicture) {
  MeshTransfer fresh(robot_);
  EXPECT_FALSE(fresh.has_reference());
  EXPECT_FALSE(fresh.animate(plain_frame(), person({30, 0, 0}, 0, 0)).has_value());
  fresh.set_reference(plain_frame(), FaceObservation{});
  EXPECT_FALSE(fresh.has_reference());
}

TEST_F(MeshTransferTest, AReferenceThatCannotBeUsedEndsTheOneBefore) {
  ASSERT_TRUE(transfer_.has_reference());
  transfer_.set_reference(plain_frame(), FaceObservation{});
  EXPECT_FALSE(transfer_.has_reference());
  transfer_.set_reference(plain_frame(), person());
  ASSERT_TRUE(transfer_.has_reference());
  transfer_.set_reference(cv::Mat(), person());
  EXPECT_FALSE(transfer_.has_reference());
}

TEST_F(MeshTransferTest, HostileFacesNeitherCrashNorTurnTheHeadToNothing) {
  std::mt19937 random(5);
  std::uniform_real_distribution<float> wild(-3000, 3000);
  std::vector<FaceObservation> faces;
  FaceObservation nan = person();
  nan.eyes[0].iris[0].x = std::numeric_limits<float>::quiet_NaN();
  FaceObservation huge = person();
  for (cv::Point3f& p : huge.mesh) p *= 1e30f;
  FaceObservation point;
  FaceObservation away = person();
  for (cv::Point3f& p : away.mesh) p.x += 90000;
  faces.assign({nan, huge, point, away, person({89, 0, 0}), person({0, 0, 179})});
  for (int i = 0; i < 20; ++i) {
    FaceObservation noise = person();
    for (cv::Point3f& p : noise.mesh) p = {wild(random), wild(random), wild(random)};
    for (EyeObservation& eye : noise.eyes) {
      for (cv::Point2f& p : eye.contour) p = {wild(random), wild(random)};
      for (cv::Point2f& p : eye.iris) p = {wild(random), wild(random)};
    }
    faces.push_back(noise);
  }
  for (const FaceObservation& face : faces) {
    for (const cv::Mat& picture : {plain_frame(), cv::Mat(), cv::Mat(1, 1, CV_8UC3), cv::Mat(100, 100, CV_8U)}) {
      const std::optional<AnimatedFrame> frame = transfer_.animate(picture, face);
      if (!frame) continue;
      EXPECT_EQ(frame->image.size(), cv::Size(256, 256));
      EXPECT_TRUE(cv::checkRange(frame->head_rotation));
      EXPECT_TRUE(std::ranges::all_of(frame->motion, [](float value) { return std::isfinite(value); }));
      EXPECT_NEAR(cv::determinant(frame->head_rotation), 1, 1e-3);
    }
  }
  EXPECT_LT(difference(animate(person()), robot_.picture, {0, 0, 256, 256}), 0.5) << "nothing of it stays";
}

TEST(RobotFace, RefusesPicturesWithoutAFace) {
  EXPECT_THROW(RobotFace::load("no-such-picture.png"), InputError);
  EXPECT_THROW(RobotFace::from_picture(cv::Mat()), InputError);
  EXPECT_THROW(RobotFace::from_picture(cv::Mat(256, 256, CV_8UC3, cv::Scalar::all(0))), InputError);
  EXPECT_THROW(RobotFace::from_picture(cv::Mat(200, 300, CV_8UC3, cv::Scalar::all(0))), InputError);
}

}  // namespace
}  // namespace vividface
