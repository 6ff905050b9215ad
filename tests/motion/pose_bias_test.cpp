#include "motion/pose_bias.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "checkpoint/safetensors.h"
#include "motion/head_pose.h"
#include "motion/motion.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

Rotation turned(const HeadAngles& angles) {
  const cv::Matx33f r = head_rotation(angles);
  return Eigen::Map<const Eigen::Matrix<float, 3, 3, Eigen::RowMajor>>(r.val);
}

PoseBias some_bias() {
  PoseBias::Coefficients coefficients(PoseBias::kTermCount, PoseBias::kValueCount);
  for (Eigen::Index i = 0; i < coefficients.size(); ++i) {
    coefficients.data()[i] = static_cast<float>(i % 17) / 16 - 0.5f;
  }
  return PoseBias(coefficients);
}

TEST(PoseBias, NoTurnIsNoBiasAndNeitherIsTheSameTurnTwice) {
  EXPECT_LT(PoseBias::terms(Rotation::Identity()).norm(), 1e-6f);
  Keypoints deformation = Keypoints::Random(kMeshPointCount, 3);
  const Keypoints before = deformation;
  some_bias().subtract(turned({20, -10, 5}), turned({20, -10, 5}), deformation);
  EXPECT_EQ(deformation, before);
}

TEST(PoseBias, TakesOffWhatItsCoefficientsSay) {
  const PoseBias bias = some_bias();
  const Rotation now = turned({25, 10, -8}), reference = turned({-5, 3, 0});
  const Eigen::MatrixXf expected = (PoseBias::terms(now) - PoseBias::terms(reference)) * bias.coefficients();
  Keypoints deformation = Keypoints::Zero(kMeshPointCount, 3);
  bias.subtract(now, reference, deformation);
  for (int i = 0; i < kMeshPointCount; ++i)
    for (int k = 0; k < 3; ++k) EXPECT_NEAR(deformation(i, k), -expected(0, 3 * i + k), 1e-5f);
  for (const Side side : {Side::left, Side::right}) {
    EyeShape eye{};
    bias.subtract(now, reference, side, eye);
    const int first = 3 * kMeshPointCount + static_cast<int>(side) * PoseBias::kEyeValueCount;
    EXPECT_NEAR(eye.contour[9].y, -expected(0, first + 2 * 9 + 1), 1e-5f);
    EXPECT_NEAR(eye.iris.x, -expected(0, first + PoseBias::kEyeValueCount - 2), 1e-5f);
    EyeShape measured = eye;
    measured.measure_lids();
    EXPECT_EQ(measured.upper, eye.upper) << "the lids follow the contour";
  }
}

TEST(PoseBias, StaysAsItIsBeyondTheTurnsThatWereFitted) {
  EXPECT_EQ(PoseBias::terms(turned({60, 0, 0})), PoseBias::terms(turned({85, 0, 0})));
  const Rotation broken = Rotation::Constant(NAN);
  EXPECT_TRUE(PoseBias::terms(broken).allFinite());
}

TEST(PoseBias, ComesBackFromItsFile) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "bias.safetensors";
  some_bias().save(file);
  EXPECT_LT((PoseBias::load(file).coefficients() - some_bias().coefficients()).cwiseAbs().maxCoeff(), 1e-3f);
}

TEST(PoseBias, RefusesOtherFiles) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "bias.safetensors";
  EXPECT_THROW(PoseBias::load(file), InputError);
  std::vector<std::uint16_t> values(static_cast<std::size_t>(PoseBias::kTermCount) * PoseBias::kValueCount, 0x7e00);
  const auto bytes = std::as_bytes(std::span(values));
  write_safetensors(file, {{"coefficients", {TensorType::f16, {PoseBias::kTermCount, PoseBias::kValueCount}, bytes}}});
  EXPECT_THROW(PoseBias::load(file), InputError) << "not a number";
  write_safetensors(file, {{"coefficients", {TensorType::f16, {PoseBias::kTermCount, 7}, bytes.first(26 * 7)}}});
  EXPECT_THROW(PoseBias::load(file), InputError) << "another shape";
}

TEST(PoseBias, TheTrackersIsSmallWhereItMattersLeast) {
  // What ships: nothing of it is larger than a face's features at 30 degrees.
  const PoseBias& bias = PoseBias::tracker();
  EXPECT_GT(bias.coefficients().norm(), 0);
  EXPECT_LT(bias.coefficients().leftCols(3 * kMeshPointCount).cwiseAbs().maxCoeff(), 4);
  EXPECT_LT(bias.coefficients().rightCols(2 * PoseBias::kEyeValueCount).cwiseAbs().maxCoeff(), 1);
}

}  // namespace
}  // namespace vividface
