#include "transfer/mesh/eye_painter.h"

#include <algorithm>
#include <cmath>

#include "motion/face_mesh.h"
#include "transfer/mesh/polygon_mask.h"

namespace vividface {
namespace {

constexpr int kRings = 32;
constexpr float kOutermostRing = 1.35f;  // of the iris' radius: the rings see the white's beginning too

}  // namespace

EyePainter::EyePainter(const cv::Mat& picture, const EyeObservation& eye, const EyeFrame& frame) : rest_(eye.iris[0]) {
  radius_ = 0;
  for (int i = 1; i < kIrisPointCount; ++i) radius_ += static_cast<float>(cv::norm(eye.iris[i] - eye.iris[0])) / 4;
  radius_ = std::clamp(radius_, 1.0f, 0.35f * static_cast<float>(cv::norm(frame.along)) + 1.0f);

  std::array<cv::Point2f, kEyeOpeningCount> outline;
  for (int i = 0; i <= kInnerCorner; ++i) outline[i] = eye.contour[i];
  for (int i = 0; i < kLidPointCount; ++i)
    outline[kInnerCorner + 1 + i] = eye.contour[kUpperLid + kLidPointCount - 1 - i];
  const cv::Rect part = polygon_mask(outline, picture.size(), mask_);

  // Lids cast shadows and lashes lie over the edge: only pixels well inside tell the eyeball's colours.
  cv::Mat inside;
  if (!part.empty())
    cv::erode(mask_(cv::Rect({0, 0}, part.size())), inside, cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3}));
  rings_.assign(kRings, {});
  std::vector<float> counts(kRings, 0);
  cv::Vec3f sum;
  cv::Matx33f normal = cv::Matx33f::zeros();
  std::array<cv::Vec3f, 3> right = {};
  float count = 0;
  for (int y = 0; y < part.height; ++y) {
    for (int x = 0; x < part.width; ++x) {
      if (inside.at<std::uint8_t>(y, x) < 200) continue;
      const cv::Point2f p(static_cast<float>(x + part.x), static_cast<float>(y + part.y));
      const cv::Vec3f colour = picture.at<cv::Vec3b>(y + part.y, x + part.x);
      const float r = static_cast<float>(cv::norm(p - rest_)) / radius_;
      if (r < kOutermostRing) {
        const int ring = static_cast<int>(r / kOutermostRing * kRings);
        rings_[ring] += colour;
        counts[ring] += 1;
      }
      if (r > 1.2f) {
        const cv::Vec3f basis(1, p.x - rest_.x, p.y - rest_.y);
        for (int i = 0; i < 3; ++i) {
          for (int j = 0; j < 3; ++j) normal(i, j) += basis[i] * basis[j];
          right[i] += basis[i] * colour;
        }
        sum += colour;
        count += 1;
      }
    }
  }
  white_ = count > 0 ? sum / count : cv::Vec3f(190, 190, 190);
  if (count > 20) {
    normal(0, 0) += 1e-3f;
    normal(1, 1) += 10 * radius_ * radius_;  // a slope needs evidence
    normal(2, 2) += 10 * radius_ * radius_;
    const cv::Matx33f inverse = normal.inv(cv::DECOMP_SVD);
    white_ = inverse(0, 0) * right[0] + inverse(0, 1) * right[1] + inverse(0, 2) * right[2];
    white_dx_ = inverse(1, 0) * right[0] + inverse(1, 1) * right[1] + inverse(1, 2) * right[2];
    white_dy_ = inverse(2, 0) * right[0] + inverse(2, 1) * right[1] + inverse(2, 2) * right[2];
  }
  // Rings that no pixel fell into take the next inner one's colour.
  cv::Vec3f last(40, 40, 40);
  for (int i = 0; i < kRings; ++i) {
    if (counts[i] > 0) last = rings_[i] / counts[i];
    rings_[i] = last;
  }
  ring_opacity_.resize(kRings);
  for (int i = 0; i < kRings; ++i) {
    const float r = (static_cast<float>(i) + 0.5f) / kRings * kOutermostRing;
    ring_opacity_[i] = std::clamp((kOutermostRing - r) / 0.2f, 0.0f, 1.0f);
  }
}

void EyePainter::paint(cv::Mat& picture, std::span<const cv::Point2f> opening, cv::Point2f iris) {
  std::array<cv::Point2f, kEyeOpeningCount> outline;
  for (int i = 0; i <= kInnerCorner; ++i) outline[i] = opening[i];
  for (int i = 0; i < kLidPointCount; ++i) outline[kInnerCorner + 1 + i] = opening[kUpperLid + kLidPointCount - 1 - i];
  const cv::Rect part = polygon_mask(outline, picture.size(), mask_);
  for (int y = 0; y < part.height; ++y) {
    const std::uint8_t* cover = mask_.ptr<std::uint8_t>(y);
    cv::Vec3b* pixel = picture.ptr<cv::Vec3b>(y + part.y) + part.x;
    for (int x = 0; x < part.width; ++x, ++pixel) {
      if (cover[x] == 0) continue;
      const cv::Point2f p(static_cast<float>(x + part.x), static_cast<float>(y + part.y));
      cv::Vec3f colour = white_ + (p.x - rest_.x) * white_dx_ + (p.y - rest_.y) * white_dy_;
      const float r = std::hypot(p.x - iris.x, p.y - iris.y) / radius_;
      if (r < kOutermostRing) {
        const float at = std::min(r / kOutermostRing * kRings, kRings - 1.0f);
        const int ring = static_cast<int>(at), next = std::min(ring + 1, kRings - 1);
        const float between = at - static_cast<float>(ring);
        const cv::Vec3f disc = rings_[ring] + between * (rings_[next] - rings_[ring]);
        colour += ring_opacity_[ring] * (disc - colour);
      }
      const float alpha = static_cast<float>(cover[x]) / 255.0f;
      for (int c = 0; c < 3; ++c) {
        (*pixel)[c] =
            cv::saturate_cast<std::uint8_t>(static_cast<float>((*pixel)[c]) * (1 - alpha) + alpha * colour[c]);
      }
    }
  }
}

}  // namespace vividface
