#include "transfer/mesh/wrinkles.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "motion/face_mesh.h"

namespace vividface {
namespace {

constexpr int kTexture = 128;  // texels a side, over the robot's whole picture
constexpr int kCoarse = 32;
constexpr float kDarkest = 12;  // grey levels added before the logarithm: noise in the dark is no wrinkle
constexpr float kLeastFacing = 0.2f, kFullyFacing = 0.55f;  // cosine of a triangle's turn away from the camera

// Rings of mesh points around what must not leave marks; the subject's right side, the left is mirrored.
constexpr std::array kBrow = {46, 53, 52, 65, 55, 107, 66, 105, 63, 70};
constexpr std::array kEye = {226, 31, 228, 229, 230, 231, 232, 233, 244, 189, 221, 222, 223, 224, 225, 113};
constexpr std::array kNostril = {2, 97, 98, 64, 48, 115, 220, 45, 4};

}  // namespace

Wrinkles::Wrinkles(std::span<const cv::Point2f> robot, cv::Size size, const WrinkleOptions& options)
    : options_(options) {
  const FaceMesh& mesh = FaceMesh::mediapipe();
  const cv::Point2f scale(static_cast<float>(kTexture) / static_cast<float>(size.width),
                          static_cast<float>(kTexture) / static_cast<float>(size.height));
  auto texel = [&](int point) { return cv::Point2f(robot[point].x * scale.x, robot[point].y * scale.y); };

  auto fill = [&](cv::Mat& mask, const auto& ring, bool mirrored, double value) {
    std::vector<cv::Point> polygon;
    for (const int point : ring) polygon.emplace_back(texel(mirrored ? mesh.mirror[point] : point));
    cv::fillPoly(mask, std::vector<std::vector<cv::Point>>{polygon}, cv::Scalar(value));
  };
  cv::Mat mask(kTexture, kTexture, CV_32F, cv::Scalar(0));
  fill(mask, mesh.oval, false, 1);
  cv::erode(mask, mask, cv::getStructuringElement(cv::MORPH_ELLIPSE, {21, 9}));
  cv::Mat left_out(kTexture, kTexture, CV_32F, cv::Scalar(0));
  for (const bool mirrored : {false, true}) fill(left_out, kBrow, mirrored, 1);
  // A person's brows may be thicker than the robot's, and the tracker lags behind them.
  cv::dilate(left_out, left_out, cv::getStructuringElement(cv::MORPH_ELLIPSE, {5, 9}));
  for (const bool mirrored : {false, true}) {
    fill(left_out, kEye, mirrored, 1);
    fill(left_out, kNostril, mirrored, 1);
  }
  fill(left_out, mesh.outer_lips, false, 1);
  cv::dilate(left_out, left_out, cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3}));
  mask.setTo(0, left_out > 0);
  cv::GaussianBlur(mask, trusted_, {0, 0}, 2.0);
  trusted_ = cv::min(trusted_, mask * 2);

  cv::Mat owner(kTexture, kTexture, CV_32S, cv::Scalar(-1));
  for (std::size_t t = 0; t < mesh.triangles.size(); ++t) {
    const auto& triangle = mesh.triangles[t];
    const cv::Point2f a = texel(triangle[0]), ab = texel(triangle[1]) - a, ac = texel(triangle[2]) - a;
    const float area = ab.x * ac.y - ab.y * ac.x;
    if (std::abs(area) < 1e-6f) continue;
    const cv::Rect2f box = cv::Rect2f(a, a + ab) | cv::Rect2f(a, a + ac);
    for (int y = std::max(0, cvFloor(box.y)); y <= std::min(kTexture - 1, cvCeil(box.br().y)); ++y) {
      for (int x = std::max(0, cvFloor(box.x)); x <= std::min(kTexture - 1, cvCeil(box.br().x)); ++x) {
        const cv::Point2f d = cv::Point2f(static_cast<float>(x), static_cast<float>(y)) - a;
        const float beta = (d.x * ac.y - d.y * ac.x) / area, gamma = (ab.x * d.y - ab.y * d.x) / area;
        if (beta < -1e-4f || gamma < -1e-4f || beta + gamma > 1 + 1e-4f) continue;
        if (trusted_.at<float>(y, x) < 0.01f || owner.at<int>(y, x) >= 0) continue;
        owner.at<int>(y, x) = static_cast<int>(t);
        texels_.push_back({y * kTexture + x, static_cast<int>(t), {1 - beta - gamma, beta, gamma}});
      }
    }
  }
  for (cv::Mat* m : {&brightness_, &confidence_, &ratio_}) *m = cv::Mat(kTexture, kTexture, CV_32F, cv::Scalar(0));
  facing_.resize(mesh.triangles.size());
  logarithm_.create(1, 256, CV_32F);
  for (int i = 0; i < 256; ++i) logarithm_.at<float>(i) = std::log(static_cast<float>(i) + kDarkest);
}

void Wrinkles::set_reference(const cv::Mat& bgr, std::span<const cv::Point3f> points) {
  reference_ = cv::Mat(kTexture, kTexture, CV_32F, cv::Scalar(0));
  reference_confidence_ = cv::Mat(kTexture, kTexture, CV_32F, cv::Scalar(0));
  sample(bgr, points, reference_, reference_confidence_);
}

// The logarithm of the face's brightness, laid out as the robot's face, and how well each texel is seen.
void Wrinkles::sample(const cv::Mat& bgr, std::span<const cv::Point3f> points, cv::Mat& brightness,
                      cv::Mat& confidence) {
  cv::Point2f low(1e9f, 1e9f), high(-1e9f, -1e9f);
  for (const cv::Point3f& p : points) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  const cv::Rect face(cv::Point(cvFloor(low.x) - 2, cvFloor(low.y) - 2),
                      cv::Point(cvCeil(high.x) + 3, cvCeil(high.y) + 3));
  const cv::Rect part = face & cv::Rect(0, 0, bgr.cols, bgr.rows);
  if (part.width < 8 || part.height < 8) {
    confidence.setTo(0);
    return;
  }
  // The face is reduced to the texture's own sharpness, so that a near face has no other wrinkles than a far one.
  const float shrink = std::min(1.0f, 1.25f * kTexture / (high.y - low.y));
  cv::cvtColor(bgr(part), grey_, cv::COLOR_BGR2GRAY);
  cv::resize(grey_, small_,
             {std::max(4, cvRound(static_cast<float>(part.width) * shrink)),
              std::max(4, cvRound(static_cast<float>(part.height) * shrink))},
             0, 0, cv::INTER_AREA);
  cv::blur(small_, small_, {3, 3});
  cv::LUT(small_, logarithm_, logs_);
  const cv::Point2f zoom(static_cast<float>(small_.cols) / static_cast<float>(part.width),
                         static_cast<float>(small_.rows) / static_cast<float>(part.height));

  const FaceMesh& mesh = FaceMesh::mediapipe();
  for (std::size_t t = 0; t < facing_.size(); ++t) {
    const auto& triangle = mesh.triangles[t];
    const cv::Point3f normal =
        (points[triangle[1]] - points[triangle[0]]).cross(points[triangle[2]] - points[triangle[0]]);
    // All triangles turn the same way round; facing the camera is minus z.
    const float cosine = -normal.z / static_cast<float>(cv::norm(normal) + 1e-9);
    facing_[t] = std::clamp((cosine - kLeastFacing) / (kFullyFacing - kLeastFacing), 0.0f, 1.0f);
  }
  float* out = brightness.ptr<float>();
  float* sure = confidence.ptr<float>();
  for (const Texel& texel : texels_) {
    const auto& triangle = mesh.triangles[texel.triangle];
    float x = 0, y = 0;
    for (int k = 0; k < 3; ++k) {
      x += texel.weight[k] * points[triangle[k]].x;
      y += texel.weight[k] * points[triangle[k]].y;
    }
    x = (x - static_cast<float>(part.x) + 0.5f) * zoom.x - 0.5f;
    y = (y - static_cast<float>(part.y) + 0.5f) * zoom.y - 0.5f;
    const bool visible =
        x >= 0 && y >= 0 && x < static_cast<float>(small_.cols - 1) && y < static_cast<float>(small_.rows - 1);
    if (!visible) {
      sure[texel.index] = 0;
      continue;
    }
    const int column = static_cast<int>(x), row = static_cast<int>(y);
    const float fx = x - static_cast<float>(column), fy = y - static_cast<float>(row);
    const float *above = logs_.ptr<float>(row) + column, *below = logs_.ptr<float>(row + 1) + column;
    out[texel.index] = (1 - fy) * ((1 - fx) * above[0] + fx * above[1]) + fy * ((1 - fx) * below[0] + fx * below[1]);
    sure[texel.index] = facing_[texel.triangle];
  }
}

void Wrinkles::apply(const cv::Mat& bgr, std::span<const cv::Point3f> points, const cv::Mat& picture, cv::Mat& lit) {
  if (reference_.empty()) {
    picture.copyTo(lit);
    return;
  }
  sample(bgr, points, brightness_, confidence_);
  const float *now = brightness_.ptr<float>(), *then = reference_.ptr<float>(), *trust = trusted_.ptr<float>();
  const float* then_sure = reference_confidence_.ptr<float>();
  float *sure = confidence_.ptr<float>(), *ratio = ratio_.ptr<float>();
  for (const Texel& texel : texels_) {
    const int i = texel.index;
    sure[i] *= then_sure[i] * trust[i];
    ratio[i] = sure[i] * (now[i] - then[i]);
  }
  // Light: the mean over a neighbourhood wider than any wrinkle, of what is seen of it.
  cv::resize(ratio_, coarse_ratio_, {kCoarse, kCoarse}, 0, 0, cv::INTER_AREA);
  cv::resize(confidence_, coarse_confidence_, {kCoarse, kCoarse}, 0, 0, cv::INTER_AREA);
  const double width = options_.light_width * kCoarse;
  cv::GaussianBlur(coarse_ratio_, coarse_ratio_, {0, 0}, width);
  cv::GaussianBlur(coarse_confidence_, coarse_confidence_, {0, 0}, width);
  coarse_confidence_ += 1e-3;
  cv::divide(coarse_ratio_, coarse_confidence_, coarse_ratio_);
  cv::resize(coarse_ratio_, weighted_, {kTexture, kTexture}, 0, 0, cv::INTER_LINEAR);

  gain_.create(kTexture, kTexture, CV_16U);
  gain_.setTo(256);
  const float* light = weighted_.ptr<float>();
  std::uint16_t* gain = gain_.ptr<std::uint16_t>();
  for (const Texel& texel : texels_) {
    const int i = texel.index;
    float r = options_.gain * (ratio[i] - sure[i] * light[i]);
    // A soft limit (tanh's rational approximation): strong edges are hair or shadows.
    const float limit = r > 0 ? options_.brightest : options_.darkest;
    const float q = std::clamp(r / limit, -3.0f, 3.0f);
    r = limit * q * (27 + q * q) / (27 + 9 * q * q);
    gain[i] = static_cast<std::uint16_t>(256.0f * (1 + r + 0.5f * r * r));
  }
  cv::resize(gain_, gain_full_, picture.size(), 0, 0, cv::INTER_LINEAR);
  lit.create(picture.size(), picture.type());
  for (int y = 0; y < picture.rows; ++y) {
    const std::uint16_t* g = gain_full_.ptr<std::uint16_t>(y);
    const cv::Vec3b* in = picture.ptr<cv::Vec3b>(y);
    cv::Vec3b* result = lit.ptr<cv::Vec3b>(y);
    for (int x = 0; x < picture.cols; ++x) {
      for (int c = 0; c < 3; ++c) result[x][c] = static_cast<std::uint8_t>(std::min(255, in[x][c] * g[x] >> 8));
    }
  }
}

}  // namespace vividface
