#include "motion/motion.h"

#include <gtest/gtest.h>

#include <random>

#include "checkpoint/safetensors.h"
#include "motion/eyelids.h"
#include "motion/face_mesh.h"
#include "motion/faces.h"
#include "motion/head_pose.h"

namespace vividface {
namespace {

// Motions of real people as the published motion extractor saw them, and x_d by the published relative motion.
class RelativeMotionGolden : public testing::TestWithParam<const char*> {
 protected:
  static Motion read(const Safetensors& file, const std::string& clip, int frame) {
    auto at = [&](const std::string& key, int count) {
      const std::vector<float> all = file.floats(clip + "." + key);
      return std::vector<float>(all.begin() + frame * count, all.begin() + (frame + 1) * count);
    };
    Motion motion;
    motion.scale = at("scale", 1)[0];
    motion.rotation = Eigen::Map<const Eigen::Matrix<float, 3, 3, Eigen::RowMajor>>(at("R", 9).data());
    motion.translation = Eigen::Map<const Eigen::RowVector3f>(at("t", 3).data());
    motion.expression = Eigen::Map<const Keypoints>(at("exp", 63).data(), 21, 3);
    return motion;
  }
};

TEST_P(RelativeMotionGolden, BothConventionsGiveThePublishedKeypoints) {
  const Safetensors file = Safetensors::read(VIVIDFACE_TEST_DATA "/golden/relative_motion.safetensors");
  const std::string clip = GetParam();
  const Keypoints canonical = Eigen::Map<const Keypoints>(file.floats("source.kp").data(), 21, 3);
  const std::vector<float> expected = file.floats(clip + ".x_d"), multiplied = file.floats(clip + ".x_d_multiplied");
  const float multiplier = file.floats(clip + ".motion_multiplier")[0];
  const Motion source = read(file, "source", 0), reference = read(file, clip, 0);
  Keypoints x_s, x_d;
  compose(canonical, source, x_s);
  EXPECT_LT((x_s - Eigen::Map<const Keypoints>(file.floats("source.x_s").data(), 21, 3)).cwiseAbs().maxCoeff(), 1e-5f);

  auto transposed = [](Motion motion) {
    motion.rotation.transposeInPlace();
    return motion;
  };
  const int frames = static_cast<int>(expected.size() / 63);
  ASSERT_GT(frames, 1);
  for (int i = 0; i < frames; ++i) {
    const Motion driving = read(file, clip, i);
    const Eigen::Map<const Keypoints> want(expected.data() + 63 * i, 21, 3),
        want_more(multiplied.data() + 63 * i, 21, 3);
    Motion moved;
    relative_motion(source, driving, reference, moved);
    compose(canonical, moved, x_d);
    ASSERT_LT((x_d - want).cwiseAbs().maxCoeff(), 1e-5f) << "frame " << i;

    Keypoints more = x_d;
    multiply_motion(x_s, multiplier, more);
    ASSERT_LT((more - want_more).cwiseAbs().maxCoeff(), 1e-5f) << "frame " << i;

    relative_motion(transposed(source), transposed(driving), transposed(reference), moved,
                    RotationConvention::column_vector);
    compose(canonical, moved, x_d, RotationConvention::column_vector);
    ASSERT_LT((x_d - want).cwiseAbs().maxCoeff(), 1e-5f) << "frame " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Clips, RelativeMotionGolden, testing::Values("laugh", "talking", "wink", "shake_face"));

TEST(Motion, ReferenceAsDrivingFrameLeavesTheSource) {
  std::mt19937 random(1);
  std::normal_distribution<float> noise;
  Motion source, driving;
  source.expression = Keypoints::NullaryExpr(21, 3, [&] { return noise(random); });
  source.scale = 1.4f;
  source.translation << 1, 2, 3;
  driving.expression = Keypoints::NullaryExpr(21, 3, [&] { return noise(random); });
  driving.rotation = Eigen::Map<const Rotation>(head_rotation({20, -10, 5}).val);
  Motion moved;
  relative_motion(source, driving, driving, moved);
  EXPECT_LT((moved.rotation - source.rotation).norm(), 1e-6f);
  EXPECT_LT((moved.expression - source.expression).norm(), 1e-6f);
  EXPECT_FLOAT_EQ(moved.scale, source.scale);
  EXPECT_EQ(moved.translation.z(), 0);
}

TEST(Motion, DifferentNumbersOfPointsAreRefused) {
  Motion a, b;
  a.expression = Keypoints::Zero(21, 3);
  b.expression = Keypoints::Zero(20, 3);
  EXPECT_THROW(relative_motion(a, b, a, b), std::invalid_argument);
  Keypoints points;
  EXPECT_THROW(compose(Keypoints::Zero(22, 3), a, points), std::invalid_argument);
}

TEST(FitMotion, FindsTheTurnAndReproducesThePointsToRounding) {
  const FaceMesh& mesh = FaceMesh::mediapipe();
  for (const HeadAngles angles : {HeadAngles{}, HeadAngles{30, 10, -20}, HeadAngles{-45, -15, 8}}) {
    Keypoints points, again;
    mesh_keypoints(synthetic_face(angles, 17, {300, 200}), points);
    // An expression: the mouth opens by 2 cm, which must not count as a turn.
    for (const int lower_lip : {14, 17, 84, 314, 152, 148, 377}) points(lower_lip, 1) += 34;
    Motion motion;
    ASSERT_TRUE(fit_motion(mesh.canonical, mesh.stable, points, motion));
    const HeadAngles found = head_angles(relative_rotation(motion, Motion{}));
    EXPECT_NEAR(found.yaw, angles.yaw, 0.1);
    EXPECT_NEAR(found.pitch, angles.pitch, 0.1);
    EXPECT_NEAR(found.roll, angles.roll, 0.1);
    EXPECT_NEAR(motion.scale, 17, 0.05);
    EXPECT_NEAR(motion.expression.row(14).norm(), 2, 0.05);
    compose(mesh.canonical, motion, again);
    EXPECT_LT((again - points).cwiseAbs().maxCoeff(), 1e-3f);  // of 300: float's rounding
  }
}

TEST(FitMotion, RefusesWhatHasNoPose) {
  const FaceMesh& mesh = FaceMesh::mediapipe();
  Keypoints points;
  Motion motion;
  motion.scale = 7;
  mesh_keypoints(synthetic_face(), points);
  points(10, 1) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(fit_motion(mesh.canonical, mesh.stable, points, motion));
  points.setConstant(5);
  EXPECT_FALSE(fit_motion(mesh.canonical, mesh.stable, points, motion));
  for (int i = 0; i < kMeshPointCount; ++i) points.row(i).setConstant(static_cast<float>(i));
  EXPECT_FALSE(fit_motion(mesh.canonical, mesh.stable, points, motion));
  EXPECT_EQ(motion.scale, 7);
}

TEST(Eyelids, OpeningIsFreeOfHeadTurnAndSize) {
  const FaceMesh& mesh = FaceMesh::mediapipe();
  for (const HeadAngles angles : {HeadAngles{}, HeadAngles{25, 0, 0}, HeadAngles{0, 15, 0}, HeadAngles{-20, 10, 30}}) {
    for (const float opening : {0.0f, 0.1f, 0.35f}) {
      const FaceObservation face = synthetic_face(angles, 23, {250, 300}, opening);
      Keypoints points;
      mesh_keypoints(face, points);
      Motion motion;
      ASSERT_TRUE(fit_motion(mesh.canonical, mesh.stable, points, motion));
      for (const Side side : {Side::left, Side::right}) {
        const EyeShape shape = eye_shape(face.eyes[static_cast<int>(side)], side, mesh.canonical, motion);
        EXPECT_NEAR(shape.opening(), opening, 0.02);
        EXPECT_NEAR(shape.iris.x, 0, 0.01);
        EXPECT_NEAR(shape.iris.y, 0, 0.01);
      }
    }
  }
}

TEST(Eyelids, TheOwnOpenEyeIsOneAndTheShutOneIsNone) {
  const LidRange person = LidRange::from_open(0.25f);
  EXPECT_FLOAT_EQ(person.fraction(0.25f), 1);
  EXPECT_LE(person.fraction(0.02f), 0) << "as the tracker reports shut eyes";
  EXPECT_LT(person.fraction(-1), 0);
  EXPECT_GT(person.fraction(0.3f), 1);
  EXPECT_LE(person.fraction(9), 2);
  EXPECT_EQ(person.fraction(std::numeric_limits<float>::quiet_NaN()), 1);
}

TEST(Eyelids, ThePersonsOwnEndsAreTheRobotsEnds) {
  const EyelidEndpoints ends{.shut = {{0.08f, 0.02f}}, .wide = {{0.3f, 0.28f}}};
  const LidRange left = LidRange::from_open(0.25f, ends, Side::left),
                 right = LidRange::from_open(0.25f, ends, Side::right);
  EXPECT_FLOAT_EQ(left.fraction(0.08f), 0);
  EXPECT_FLOAT_EQ(right.fraction(0.02f), 0);
  EXPECT_FLOAT_EQ(left.fraction(0.25f), 1);
  EXPECT_FLOAT_EQ(left.fraction(0.3f), LidRange::kWide);
  EXPECT_FLOAT_EQ(right.fraction(0.28f), LidRange::kWide);
  EXPECT_GT(left.fraction(0.32f), LidRange::kWide);
  EXPECT_LE(left.fraction(9), 2);
  const LidRange plain = LidRange::from_open(0.25f, {}, Side::left);
  for (const float seen : {0.0f, 0.1f, 0.25f, 0.3f})
    EXPECT_EQ(plain.fraction(seen), LidRange::from_open(0.25f).fraction(seen));
}

TEST(Eyelids, EndsThatDoNotFitAreKeptApartFromTheOpenEye) {
  for (const float end : {-0.5f, 0.25f, 2.0f}) {
    const LidRange range = LidRange::from_open(0.25f, {.shut = {{end, end}}, .wide = {{end, end}}}, Side::left);
    EXPECT_LT(range.shut, range.open);
    EXPECT_GT(range.wide, range.open);
    for (const float seen : {-9.0f, 0.0f, 0.25f, 0.3f, 9.0f}) {
      EXPECT_TRUE(range.fraction(seen) >= -0.25f && range.fraction(seen) <= 2) << end << " " << seen;
    }
    EXPECT_FLOAT_EQ(range.fraction(0.25f), 1);
  }
}

}  // namespace
}  // namespace vividface
