#include "transfer/mesh/eye_painter.h"

#include <algorithm>
#include <cmath>

#include "motion/face_mesh.h"
#include "transfer/mesh/polygon_mask.h"

namespace vividface {
namespace {

constexpr int kIrisRings = 32;
constexpr float kOutermostRing = 1.35f;  // of the iris' radius: the rings see the white's beginning too
constexpr float kDiscEdge = 1.15f;       // where the iris' picture gives way to the white's

// The opening's outline in drawing order: along the lower lid, back along the upper one.
std::array<cv::Point2f, kEyeOpeningCount> outline_of(std::span<const cv::Point2f> contour) {
  std::array<cv::Point2f, kEyeOpeningCount> outline;
  for (int i = 0; i <= kInnerCorner; ++i) outline[i] = contour[i];
  for (int i = 0; i < kLidPointCount; ++i) outline[kInnerCorner + 1 + i] = contour[kUpperLid + kLidPointCount - 1 - i];
  return outline;
}

}  // namespace

EyePainter::EyePainter(const cv::Mat& picture, const EyeObservation& eye, const EyeFrame& frame) : rest_(eye.iris[0]) {
  const float width = static_cast<float>(cv::norm(frame.along));
  float radius = 0;
  for (int i = 1; i < kIrisPointCount; ++i)
    radius += static_cast<float>(cv::norm(eye.iris[i] - eye.iris[0])) / (kIrisPointCount - 1);
  radius_ = std::clamp(radius, 1.0f, 0.35f * width + 1);

  const cv::Point2f room(0.7f * width, 0.5f * width);
  part_ = cv::Rect(cv::Point(frame.middle - room), cv::Point(frame.middle + room)) & cv::Rect({0, 0}, picture.size());
  if (part_.empty()) part_ = cv::Rect(0, 0, 1, 1);

  // Lids cast shadows and lashes lie over the edge: only pixels well inside tell the eyeball's colours.
  cv::Mat inside(picture.size(), CV_8U, cv::Scalar(0));
  const cv::Rect drawn = polygon_mask(outline_of(eye.contour), picture.size(), mask_);
  if (!drawn.empty()) mask_(cv::Rect({0, 0}, drawn.size())).copyTo(inside(drawn));
  cv::erode(inside, inside, cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3}));

  std::array<cv::Vec3f, kIrisRings> rings = {};
  std::array<float, kIrisRings> counts = {};
  cv::Vec3f sum;
  float count = 0;
  auto distance = [&](int x, int y) {
    return std::hypot(static_cast<float>(x) - rest_.x, static_cast<float>(y) - rest_.y) / radius_;
  };
  auto for_each_pixel = [&](auto visit) {
    for (int y = part_.y; y < part_.br().y; ++y) {
      for (int x = part_.x; x < part_.br().x; ++x) visit(x, y, inside.at<std::uint8_t>(y, x) > 200, distance(x, y));
    }
  };
  for_each_pixel([&](int x, int y, bool seen, float r) {
    if (!seen) return;
    const cv::Vec3f value = picture.at<cv::Vec3b>(y, x);
    if (r < kOutermostRing) {
      const int ring = static_cast<int>(r / kOutermostRing * kIrisRings);
      rings[ring] += value;
      counts[ring] += 1;
    }
    if (r > 1.2f) sum += value, count += 1;
  });
  const cv::Vec3f mean = count > 0 ? sum / count : cv::Vec3f(190, 190, 190);
  cv::Vec3f last(40, 40, 40);  // rings that no pixel fell into take the next inner one's colour
  for (int i = 0; i < kIrisRings; ++i) {
    if (counts[i] > 0) last = rings[i] / counts[i];
    rings[i] = last;
  }

  // The white where it is seen, spread smoothly to where it is not; the iris where it is seen, else its rings.
  cv::Mat weight(part_.size(), CV_32F, cv::Scalar(0)), weighted(part_.size(), CV_32FC3, cv::Scalar::all(0));
  disc_.create(part_.size(), CV_32FC3);
  for_each_pixel([&](int x, int y, bool seen, float r) {
    const cv::Point at = cv::Point(x, y) - part_.tl();
    const cv::Vec3f value = picture.at<cv::Vec3b>(y, x);
    if (seen && r > 1.25f) {
      weight.at<float>(at) = 1;
      weighted.at<cv::Vec3f>(at) = value;
    }
    const int ring = std::min(static_cast<int>(r / kOutermostRing * kIrisRings), kIrisRings - 1);
    disc_.at<cv::Vec3f>(at) = seen ? value : rings[ring];
  });
  cv::Mat near_weight, near;
  const double spread = 0.12 * width;
  cv::GaussianBlur(weight, near_weight, {0, 0}, spread);
  cv::GaussianBlur(weighted, near, {0, 0}, spread);
  white_.create(part_.size(), CV_32FC3);
  for (int y = 0; y < part_.height; ++y) {
    for (int x = 0; x < part_.width; ++x) {
      constexpr float kFaint = 0.02f;  // far from anything seen the mean takes over
      const cv::Vec3f filled = (near.at<cv::Vec3f>(y, x) + kFaint * mean) / (near_weight.at<float>(y, x) + kFaint);
      white_.at<cv::Vec3f>(y, x) = weight.at<float>(y, x) > 0 ? weighted.at<cv::Vec3f>(y, x) : filled;
    }
  }
}

cv::Vec3f EyePainter::colour(cv::Point2f pixel, cv::Point2f iris) const {
  auto sample = [&](const cv::Mat& layer, cv::Point2f at) {
    const float x = std::clamp(at.x - static_cast<float>(part_.x), 0.0f, static_cast<float>(part_.width - 1));
    const float y = std::clamp(at.y - static_cast<float>(part_.y), 0.0f, static_cast<float>(part_.height - 1));
    const int column = std::min(static_cast<int>(x), std::max(0, part_.width - 2)),
              row = std::min(static_cast<int>(y), std::max(0, part_.height - 2));
    const int right = std::min(column + 1, part_.width - 1), below = std::min(row + 1, part_.height - 1);
    const float fx = x - static_cast<float>(column), fy = y - static_cast<float>(row);
    const cv::Vec3f top = (1 - fx) * layer.at<cv::Vec3f>(row, column) + fx * layer.at<cv::Vec3f>(row, right);
    const cv::Vec3f bottom = (1 - fx) * layer.at<cv::Vec3f>(below, column) + fx * layer.at<cv::Vec3f>(below, right);
    return cv::Vec3f((1 - fy) * top + fy * bottom);
  };
  const cv::Point2f from_iris = pixel - iris;
  const float r = std::hypot(from_iris.x, from_iris.y) / radius_;
  const cv::Vec3f white = sample(white_, pixel);
  const float disc = std::clamp((kOutermostRing - r) / (kOutermostRing - kDiscEdge), 0.0f, 1.0f);
  return disc > 0 ? cv::Vec3f(white + disc * (sample(disc_, rest_ + from_iris) - white)) : white;
}

void EyePainter::paint(cv::Mat& picture, std::span<const cv::Point2f> opening, cv::Point2f iris) {
  const cv::Rect part = polygon_mask(outline_of(opening), picture.size(), mask_);
  for (int y = 0; y < part.height; ++y) {
    const std::uint8_t* cover = mask_.ptr<std::uint8_t>(y);
    cv::Vec3b* pixel = picture.ptr<cv::Vec3b>(y + part.y) + part.x;
    for (int x = 0; x < part.width; ++x, ++pixel) {
      if (cover[x] == 0) continue;
      const cv::Vec3f painted = colour({static_cast<float>(x + part.x), static_cast<float>(y + part.y)}, iris);
      const float alpha = static_cast<float>(cover[x]) / 255.0f;
      for (int c = 0; c < 3; ++c) {
        (*pixel)[c] =
            cv::saturate_cast<std::uint8_t>(static_cast<float>((*pixel)[c]) * (1 - alpha) + alpha * painted[c]);
      }
    }
  }
}

}  // namespace vividface
