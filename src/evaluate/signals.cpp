#include "evaluate/signals.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <opencv2/core.hpp>
#include <span>

#include "face/mesh_points.h"

namespace vividface {
namespace {

using namespace mesh_point;

cv::Vec3d at(const FaceObservation& face, int i) { return {face.mesh[i].x, face.mesh[i].y, face.mesh[i].z}; }

template <class Indices>
cv::Vec3d mean(const FaceObservation& face, const Indices& indices) {
  cv::Vec3d sum;
  for (const int i : indices) sum += at(face, i);
  return sum / static_cast<double>(std::size(indices));
}

cv::Vec3d unit(const cv::Vec3d& v) { return v / cv::norm(v); }

/// The head's left, down and back by its symmetry: mirrored points of the skull lie across, each pair below lies under
/// its pair above.
cv::Matx33d head_axes(const FaceObservation& face) {
  constexpr std::array kLeft = {263, 362, 356, 454, 389, 251, 284, 332, 297, 338, 323};
  constexpr std::array kRight = {33, 133, 127, 234, 162, 21, 54, 103, 67, 109, 93};
  constexpr std::array kAbove = {162, 389, 127, 356, 10, 151};  // temples and forehead
  constexpr std::array kBelow = {93, 323, 132, 361, 94, 2};     // as far back: sides of the jaw, foot of the nose
  const cv::Vec3d left = unit(mean(face, kLeft) - mean(face, kRight));
  const cv::Vec3d below = mean(face, kBelow) - mean(face, kAbove);
  const cv::Vec3d down = unit(below - left * left.dot(below));
  const cv::Vec3d back = left.cross(down);
  return {left[0], down[0], back[0], left[1], down[1], back[1], left[2], down[2], back[2]};
}

constexpr double kShutEye = 0.1;  // per eye width: narrow open eyes have 0.15, shut ones 0.05 at most

constexpr double degrees(double radians) { return radians * 180 / std::numbers::pi; }

/// Opening and gaze of one eye, per eye width. x grows to the subject's left.
struct Eye {
  double opening, x, y;
};

Eye read_eye(const EyeObservation& eye, Side side) {
  const cv::Point2d outer = eye.contour[0], inner = eye.contour[8], iris = eye.iris[0];
  const cv::Point2d along = side == Side::left ? outer - inner : inner - outer;
  const double width = cv::norm(along);
  const cv::Point2d left = along / width, down(-left.y, left.x);
  double opening = 0;
  constexpr int kFirst = 3, kLast = 5, kAbove = 8;  // the lids' middle thirds
  for (int i = kFirst; i <= kLast; ++i) {
    opening += cv::Point2d(eye.contour[i] - eye.contour[i + kAbove]).dot(down) / (kLast - kFirst + 1);
  }
  const cv::Point2d off = iris - (outer + inner) / 2;
  return {opening / width, off.dot(left) / width, off.dot(down) / width};
}

}  // namespace

SignalReader::SignalReader(const FaceObservation& reference)
    : reference_(reference),
      axes_(head_axes(reference)),
      eye_distance_(cv::norm(at(reference, kLeftEyeOuter) - at(reference, kRightEyeOuter))) {}

/// Least-squares similarity of the skull's points to the reference (Kabsch, Umeyama).
SignalReader::Pose SignalReader::fit(const FaceObservation& face) const {
  const cv::Vec3d from = mean(reference_, kSkull), to = mean(face, kSkull);
  cv::Matx33d covariance = cv::Matx33d::zeros();
  double spread = 0;
  for (const int i : kSkull) {
    const cv::Vec3d a = at(reference_, i) - from, b = at(face, i) - to;
    covariance += b * a.t();
    spread += a.dot(a);
  }
  cv::Matx33d u, vt;
  cv::Matx31d w;
  cv::SVD::compute(covariance, w, u, vt);
  const cv::Matx33d proper = cv::Matx33d::diag({1, 1, cv::determinant(u * vt) < 0 ? -1.0 : 1.0});
  const cv::Matx33d rotation = u * proper * vt;
  return {rotation * axes_, cv::trace(rotation.t() * covariance) / spread};
}

Signals SignalReader::read(const FaceObservation& face) const {
  const Pose pose = fit(face);
  const double unit_length = pose.scale * eye_distance_;
  const cv::Matx33d to_head = pose.rotation.t() * (1 / unit_length);
  const cv::Vec3d eyes = mean(face, std::array{kRightEyeOuter, kRightEyeInner, kLeftEyeInner, kLeftEyeOuter});
  const auto height = [&](const cv::Vec3d& point) { return -(to_head * (point - eyes))[1]; };  // above the eyes
  const auto length = [&](int a, int b) { return cv::norm(at(face, a) - at(face, b)) / unit_length; };
  const auto corners = std::array{kRightMouthCorner, kLeftMouthCorner};

  const Eye left = read_eye(face.eyes[0], Side::left), right = read_eye(face.eyes[1], Side::right);
  const auto gaze = [&](double Eye::*coordinate) {
    double sum = 0;
    int seen = 0;
    for (const Eye& eye : {left, right}) {
      if (eye.opening < kShutEye) continue;
      sum += eye.*coordinate;
      ++seen;
    }
    return seen > 0 ? sum / seen : std::numeric_limits<double>::quiet_NaN();
  };
  const cv::Vec3d across(pose.rotation(0, 0), pose.rotation(1, 0), pose.rotation(2, 0));
  const cv::Vec3d back(pose.rotation(0, 2), pose.rotation(1, 2), pose.rotation(2, 2));
  return {left.opening,
          right.opening,
          length(kUpperLip, kLowerLip),
          -height(at(face, kChin)),
          -height(at(face, kLowerLip)),
          length(kRightMouthCorner, kLeftMouthCorner),
          height(mean(face, corners)),
          height(mean(face, kInnerBrow[0])),
          height(mean(face, kInnerBrow[1])),
          height(mean(face, kOuterBrow[0])),
          height(mean(face, kOuterBrow[1])),
          gaze(&Eye::x),
          gaze(&Eye::y),
          degrees(std::atan2(-back[0], back[2])),
          degrees(std::asin(std::clamp(-back[1], -1.0, 1.0))),
          degrees(std::atan2(across[1], across[0]))};
}

}  // namespace vividface
