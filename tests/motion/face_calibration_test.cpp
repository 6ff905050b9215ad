// The steps of a calibration: what they take, why they fail, and what they keep.
#include "motion/face_calibration.h"

#include <gtest/gtest.h>

#include "motion/faces.h"

namespace vividface {
namespace {

using enum CalibrationProgress;

cv::Mat frame() { return cv::Mat(320, 320, CV_8UC3, cv::Scalar::all(120)); }

FaceObservation face(float opening, const HeadAngles& turn = {}) {
  return synthetic_face(turn, 10, {160, 160}, opening);
}

Reference neutral(float opening = 0.3f) { return Reference::from_frame(frame(), face(opening)); }

// Shows `seen` for `seconds` at 30 frames a second.
void show(FaceCalibration& calibration, const std::optional<FaceObservation>& seen, double seconds, double& time) {
  for (const double end = time + seconds; time < end; time += 1.0 / 30) calibration.add(frame(), seen, time);
}

TEST(CalibrationStep, HasANameInRequests) {
  for (const CalibrationStep step : {CalibrationStep::neutral, CalibrationStep::shut, CalibrationStep::wide}) {
    EXPECT_EQ(calibration_step(name(step)), step);
  }
  EXPECT_EQ(calibration_step(""), std::nullopt);
  EXPECT_EQ(calibration_step("Neutral"), std::nullopt);
}

TEST(FaceCalibration, TakesTheNeutralFaceAfterASecondAndAHalf) {
  FaceCalibration calibration(CalibrationStep::neutral, std::nullopt);
  double time = 7;
  show(calibration, face(0.3f), 1, time);
  EXPECT_EQ(calibration.progress(), going_on);
  EXPECT_NEAR(calibration.share(), 0.65, 0.05);
  EXPECT_FALSE(calibration.result());
  show(calibration, face(0.3f, {30, 0, 0}), 0.1, time);
  EXPECT_EQ(calibration.advice(), "look straight at the camera");
  EXPECT_EQ(calibration.share(), 0) << "it starts over";
  show(calibration, face(0.3f), 1.6, time);
  EXPECT_EQ(calibration.progress(), done);
  EXPECT_EQ(calibration.share(), 1);
  EXPECT_EQ(calibration.advice(), "");
  EXPECT_TRUE(calibration.result());
}

TEST(FaceCalibration, GivesUpAndSaysWhy) {
  FaceCalibration turned(CalibrationStep::neutral, std::nullopt), nobody(CalibrationStep::neutral, std::nullopt);
  double time = 0, other = 0;
  show(turned, face(0.3f, {0, 25, 0}), 10.1, time);
  EXPECT_EQ(turned.progress(), failed);
  EXPECT_EQ(turned.advice(), "look straight at the camera");
  show(turned, face(0.3f), 3, time);
  EXPECT_EQ(turned.progress(), failed) << "it has ended";
  show(nobody, std::nullopt, 10.1, other);
  EXPECT_EQ(nobody.advice(), "no face in the picture");
  EXPECT_FALSE(nobody.result());
}

TEST(FaceCalibration, SaysWhyWhenGoodFramesAreTooFew) {
  FaceCalibration calibration(CalibrationStep::neutral, std::nullopt);
  double time = 0;
  for (int i = 0; i < 10; ++i) {
    show(calibration, face(0.3f), 1, time);
    show(calibration, face(0.02f), 0.1, time);
  }
  EXPECT_EQ(calibration.progress(), failed);
  EXPECT_EQ(calibration.advice(), "keep your eyes open");
}

TEST(FaceCalibration, TheLidsNeedANeutralFace) {
  for (const CalibrationStep step : {CalibrationStep::shut, CalibrationStep::wide}) {
    FaceCalibration calibration(step, std::nullopt);
    EXPECT_EQ(calibration.progress(), failed);
    EXPECT_EQ(calibration.advice(), "take the neutral face first");
  }
}

TEST(FaceCalibration, MeasuresShutAndWideEyesAgainstTheOpenOnes) {
  FaceCalibration shut(CalibrationStep::shut, neutral());
  double time = 0;
  show(shut, face(0.3f), 1, time);
  EXPECT_EQ(shut.advice(), "shut both eyes");
  FaceObservation wink = face(0.05f);
  wink.eyes[0] = face(0.3f).eyes[0];
  show(shut, wink, 1, time);
  EXPECT_EQ(shut.advice(), "shut both eyes");
  show(shut, face(0.05f), 1.6, time);
  ASSERT_EQ(shut.progress(), done);
  ASSERT_TRUE(shut.result()->lids.shut);
  for (const float opening : *shut.result()->lids.shut) EXPECT_NEAR(opening, 0.05f, 0.01);
  EXPECT_FALSE(shut.result()->lids.wide);

  FaceCalibration wide(CalibrationStep::wide, shut.result());
  show(wide, face(0.31f), 1, time);
  EXPECT_EQ(wide.advice(), "open your eyes wide");
  show(wide, face(0.4f), 1.6, time);
  ASSERT_EQ(wide.progress(), done);
  for (const float opening : *wide.result()->lids.wide) EXPECT_NEAR(opening, 0.4f, 0.02);
  EXPECT_TRUE(wide.result()->lids.shut) << "the other end stays";
}

TEST(FaceCalibration, ANewNeutralFaceKeepsTheLidsThatStillFit) {
  Reference before = neutral();
  before.lids = {.shut = {{0.02f, 0.02f}}, .wide = {{0.4f, 0.4f}}};
  const auto after = [&](float opening) {
    FaceCalibration calibration(CalibrationStep::neutral, before);
    double time = 0;
    show(calibration, face(opening), 1.6, time);
    return calibration.result().value().lids;
  };
  EXPECT_EQ(after(0.32f), before.lids);
  EXPECT_EQ(after(0.42f), (EyelidEndpoints{.shut = before.lids.shut, .wide = {}}));
}

}  // namespace
}  // namespace vividface
