#include "motion/pose_bias.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/error.h"
#include "base/resources.h"
#include "checkpoint/safetensors.h"
#include "motion/head_pose.h"

namespace vividface {
namespace {

constexpr const char* kTensor = "coefficients";
constexpr float kLargestYaw = 40, kLargestPitch = 30, kLargestRoll = 30;  // degrees, of the fit
constexpr float kUnit = 30;                                               // degrees

}  // namespace

PoseBias::Terms PoseBias::terms(const Rotation& r) {
  const HeadAngles angles =
      head_angles({r(0, 0), r(0, 1), r(0, 2), r(1, 0), r(1, 1), r(1, 2), r(2, 0), r(2, 1), r(2, 2)});
  const auto limited = [](float angle, float largest) {
    return std::isfinite(angle) ? std::clamp(angle, -largest, largest) / kUnit : 0;
  };
  const float y = limited(angles.yaw, kLargestYaw), p = limited(angles.pitch, kLargestPitch),
              q = limited(angles.roll, kLargestRoll);
  Terms terms;
  terms << y, p, q, y * y, p * p, y * p, y * q, p * q, y * y * y, p * p * p, y * y * p, y * p * p, q * q;
  return terms;
}

PoseBias::Values PoseBias::values(const Keypoints& deformation, const std::array<EyeShape, 2>& now,
                                  const std::array<EyeShape, 2>& then) {
  Values values;
  values.head<eye_begin(Side::left)>() = Eigen::Map<const Eigen::VectorXf>(deformation.data(), deformation.size());
  for (const Side side : {Side::left, Side::right}) {
    const EyeShape &a = now[static_cast<std::size_t>(side)], &b = then[static_cast<std::size_t>(side)];
    Eigen::Index next = eye_begin(side);
    const auto add = [&](cv::Point2f moved) {
      values(next++) = moved.x;
      values(next++) = moved.y;
    };
    for (int i = 0; i < kEyeOpeningCount; ++i) add(a.contour[i] - b.contour[i]);
    add(a.iris - b.iris);
  }
  return values;
}

PoseBias::PoseBias(Coefficients coefficients) : coefficients_(std::move(coefficients)) {
  if (coefficients_.cols() != kValueCount || !coefficients_.allFinite())
    throw InputError("a pose bias has " + std::to_string(kTermCount) + " x " + std::to_string(kValueCount) +
                     " finite coefficients");
}

PoseBias PoseBias::load(const std::filesystem::path& path) {
  const std::array<std::int64_t, 2> shape = {kTermCount, kValueCount};
  const std::vector<float> values = Safetensors::read(path).floats(kTensor, shape);
  return PoseBias(Eigen::Map<const Coefficients>(values.data(), kTermCount, kValueCount));
}

const PoseBias& PoseBias::tracker() {
  static const PoseBias bias = load(resource("config/pose_bias.safetensors"));
  return bias;
}

void PoseBias::save(const std::filesystem::path& path) const {
  const Eigen::Matrix<Eigen::half, kTermCount, Eigen::Dynamic, Eigen::RowMajor> halves =
      coefficients_.cast<Eigen::half>();
  const auto bytes = std::as_bytes(std::span(halves.data(), static_cast<std::size_t>(halves.size())));
  write_safetensors(path, {{kTensor, {TensorType::f16, {kTermCount, kValueCount}, bytes}}},
                    {{"what", "the face tracker's bias by head pose; see src/motion/pose_bias.h"}});
}

void PoseBias::subtract(const Rotation& now, const Rotation& reference, Keypoints& deformation) const {
  const Terms change = terms(now) - terms(reference);
  Eigen::Map<Eigen::Matrix<float, 1, Eigen::Dynamic>> flat(deformation.data(), deformation.size());
  for (int k = 0; k < kTermCount; ++k) flat -= change(k) * coefficients_.row(k).head<eye_begin(Side::left)>();
}

void PoseBias::subtract(const Rotation& now, const Rotation& reference, Side side, EyeShape& shape) const {
  const Eigen::Matrix<float, 1, kEyeValueCount> bias =
      (terms(now) - terms(reference)) * coefficients_.middleCols<kEyeValueCount>(eye_begin(side));
  for (int i = 0; i < kEyeOpeningCount; ++i) shape.contour[i] -= cv::Point2f(bias(2 * i), bias(2 * i + 1));
  shape.iris -= cv::Point2f(bias(kIris), bias(kIris + 1));
  shape.measure_lids();
}

}  // namespace vividface
