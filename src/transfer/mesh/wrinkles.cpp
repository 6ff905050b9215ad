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
constexpr std::array kBrowRing = {46, 53, 52, 65, 55, 107, 66, 105, 63, 70};
constexpr std::array kEyeRing = {226, 31, 228, 229, 230, 231, 232, 233, 244, 189, 221, 222, 223, 224, 225, 113};
constexpr std::array kNostrilRing = {2, 97, 98, 64, 48, 115, 220, 45, 4};

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
  for (const bool mirrored : {false, true}) fill(left_out, kBrowRing, mirrored, 1);
  // A person's brows may be thicker than the robot's, and the tracker lags behind them.
  cv::dilate(left_out, left_out, cv::getStructuringElement(cv::MORPH_ELLIPSE, {5, 9}));
  for (const bool mirrored : {false, true}) {
    fill(left_out, kEyeRing, mirrored, 1);
    fill(left_out, kNostrilRing, mirrored, 1);
  }
  fill(left_out, mesh.outer_lips, false, 1);
  cv::dilate(left_out, left_out, cv::getStructuringElement(cv::MORPH_ELLIPSE, {3, 3}));
  mask.setTo(0, left_out > 0);
  cv::GaussianBlur(mask, trusted_, {0, 0}, 2.0);
  trusted_ = cv::min(trusted_, mask * 2);

  std::vector<cv::Point2f> layout;
  for (std::size_t point = 0; point < robot.size(); ++point) layout.push_back(texel(static_cast<int>(point)));
  texels_ = mesh_texels(layout, mesh.triangles, kTexture);
  std::erase_if(texels_, [&](const MeshTexel& t) { return trusted_.ptr<float>()[t.index] < 0.01f; });
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
  if (!face_.take(bgr, extent(points), kTexture)) {
    confidence.setTo(0);
    return;
  }
  cv::blur(face_.grey(), face_.grey(), {3, 3});
  cv::LUT(face_.grey(), logarithm_, logs_);

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
  for (const MeshTexel& texel : texels_) {
    const auto& triangle = mesh.triangles[texel.triangle];
    cv::Point2f lies;
    for (int k = 0; k < 3; ++k) {
      const cv::Point3f& point = points[triangle[k]];
      lies += texel.weight[k] * cv::Point2f(point.x, point.y);
    }
    const cv::Point2f place = face_.place(lies);
    const bool visible = face_.holds(place);
    if (visible) out[texel.index] = between_pixels<float>(logs_, place);
    sure[texel.index] = visible ? facing_[texel.triangle] : 0;
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
  for (const MeshTexel& texel : texels_) {
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
  for (const MeshTexel& texel : texels_) {
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
