#include "evaluate/signals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "face/mesh_points.h"
#include "motion/faces.h"

namespace vividface {
namespace {

std::size_t index(std::string_view name) {
  const auto found = std::ranges::find(kSignals, name, &SignalSpec::name);
  EXPECT_NE(found, kSignals.end()) << name;
  return static_cast<std::size_t>(found - kSignals.begin());
}

/// Moves points of an upright face by so many outer-eye distances.
void shift(FaceObservation& face, std::initializer_list<int> points, float x, float y) {
  const float unit = face.mesh[mesh_point::kLeftEyeOuter].x - face.mesh[mesh_point::kRightEyeOuter].x;
  for (const int i : points) face.mesh[i] += cv::Point3f(x * unit, y * unit, 0);
}

/// Which signals of `after` differ from the synthetic face's, and by how much.
void expect_change(const FaceObservation& after, const std::string& name, double change) {
  const FaceObservation before = synthetic_face();
  const SignalReader reader(before);
  const Signals a = reader.read(before), b = reader.read(after);
  EXPECT_NEAR(b[index(name)] - a[index(name)], change, 1e-3) << name;
}

TEST(Signals, TurningTheHeadChangesItsAnglesAlone) {
  const SignalReader reader(synthetic_face());
  const Signals still = reader.read(synthetic_face());
  for (const HeadAngles angles :
       {HeadAngles{25, 0, 0}, HeadAngles{0, 15, 0}, HeadAngles{0, 0, -30}, HeadAngles{-10, 8, 12}}) {
    const Signals turned = reader.read(synthetic_face(angles, 14, {400, 250}));
    for (const char* name : {"mouth opening", "jaw", "lower lip", "mouth width", "mouth corners", "brow inner left",
                             "brow inner right", "brow outer left", "brow outer right"}) {
      EXPECT_NEAR(turned[index(name)], still[index(name)], 1e-3) << name;
    }
  }
}

TEST(Signals, AnglesAreThePersonsOwn) {
  const SignalReader reader(synthetic_face());
  const auto change = [&](const HeadAngles& angles, const char* name) {
    return reader.read(synthetic_face(angles))[index(name)] - reader.read(synthetic_face())[index(name)];
  };
  EXPECT_NEAR(change({20, 0, 0}, "head yaw"), 20, 0.5);
  EXPECT_NEAR(change({0, 12, 0}, "head pitch"), 12, 0.5);
  EXPECT_NEAR(change({0, 0, 9}, "head roll"), 9, 0.5);
}

TEST(Signals, EachFollowsItsOwnPoints) {
  FaceObservation face = synthetic_face();
  shift(face, {mesh_point::kChin}, 0, 0.1f);
  expect_change(face, "jaw", 0.1);
  expect_change(face, "mouth corners", 0);

  face = synthetic_face();
  shift(face, {mesh_point::kRightMouthCorner, mesh_point::kLeftMouthCorner}, 0, -0.05f);
  expect_change(face, "mouth corners", 0.05);
  expect_change(face, "mouth width", 0);

  face = synthetic_face();
  shift(face, {mesh_point::kLeftMouthCorner}, 0.08f, 0);
  expect_change(face, "mouth width", 0.08);

  face = synthetic_face();
  for (const int i : mesh_point::kInnerBrow[0]) shift(face, {i}, 0, -0.04f);
  expect_change(face, "brow inner left", 0.04);
  expect_change(face, "brow inner right", 0);
  expect_change(face, "brow outer left", 0);
}

TEST(Signals, LidsAndGazeAreMeasuredPerEye) {
  const SignalReader reader(synthetic_face());
  const double narrow = reader.read(synthetic_face({}, 10, {160, 160}, 0.1f))[index("lid opening left")];
  EXPECT_NEAR(narrow, 0.1, 0.02);
  EXPECT_NEAR(reader.read(synthetic_face({0, 0, 25}, 20, {160, 160}, 0.1f))[index("lid opening left")], narrow, 0.01);

  FaceObservation face = synthetic_face();
  const Signals straight = reader.read(face);
  for (auto& eye : face.eyes) {
    const auto width = static_cast<float>(cv::norm(eye.contour[0] - eye.contour[8]));
    for (auto& point : eye.iris) point += cv::Point2f(0.2f, -0.1f) * width;
  }
  const Signals aside = reader.read(face);
  EXPECT_NEAR(aside[index("gaze x")] - straight[index("gaze x")], 0.2, 0.01);
  EXPECT_NEAR(aside[index("gaze y")] - straight[index("gaze y")], -0.1, 0.01);
}

TEST(Signals, GazeIsThatOfOpenEyes) {
  const FaceObservation open = synthetic_face();
  const SignalReader reader(open);
  const auto shut = [](EyeObservation& eye) {
    for (int k = 1; k <= 7; ++k) eye.contour[k + 8] = eye.contour[k];
    eye.iris[0].y += 30;
  };
  FaceObservation face = open;
  shut(face.eyes[0]);
  EXPECT_NEAR(reader.read(face)[index("gaze y")], reader.read(open)[index("gaze y")], 1e-3) << "a wink moves no gaze";
  shut(face.eyes[1]);
  EXPECT_TRUE(std::isnan(reader.read(face)[index("gaze y")]));
  EXPECT_TRUE(std::isfinite(reader.read(face)[index("lid opening left")]));
}

}  // namespace
}  // namespace vividface
