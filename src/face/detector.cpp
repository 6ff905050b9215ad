#include "face/detector.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "face/models.h"

namespace vividface {
namespace {

constexpr std::size_t kAnchors = kDetectorAnchors, kBoxFloats = kDetectorBoxFloats;
constexpr float kMaxLogit = 100;   // clip of MediaPipe's decoder
constexpr float kSameFace = 0.3f;  // overlap over which two boxes are of one face

/// The centres of the detector's boxes: two a cell on the 16×16 grid, six a cell on the 8×8 grid.
std::vector<cv::Point2f> make_anchors() {
  std::vector<cv::Point2f> anchors;
  for (const auto& [cells, each] : {std::pair{16, 2}, std::pair{8, 6}}) {
    for (int y = 0; y < cells; ++y) {
      for (int x = 0; x < cells; ++x) {
        const auto size = static_cast<float>(cells);
        anchors.insert(anchors.end(), each,
                       {(static_cast<float>(x) + 0.5f) / size, (static_cast<float>(y) + 0.5f) / size});
      }
    }
  }
  return anchors;
}

float overlap(const cv::Rect2f& a, const cv::Rect2f& b) {
  const float both = (a & b).area();
  return both > 0 ? both / (a.area() + b.area() - both) : 0;
}

}  // namespace

FaceDetector::FaceDetector(float min_score)
    : min_score_(min_score), network_(detector_model()), anchors_(make_anchors()) {}

const std::vector<Detection>& FaceDetector::detect(const cv::Mat& bgr) {
  const float longest = static_cast<float>(std::max(bgr.cols, bgr.rows));
  show(bgr);
  network_.run();
  decode(longest, {(longest - static_cast<float>(bgr.cols)) / 2, (longest - static_cast<float>(bgr.rows)) / 2});
  merge();
  std::ranges::sort(faces_, std::greater{}, [](const Detection& face) { return face.box.area(); });
  return faces_;
}

/// Letterbox: the whole frame in the middle of a black square.
void FaceDetector::show(const cv::Mat& bgr) {
  const int longest = std::max(bgr.cols, bgr.rows);
  const cv::Size size(std::max(1, cvRound(kDetectorSide * static_cast<double>(bgr.cols) / longest)),
                      std::max(1, cvRound(kDetectorSide * static_cast<double>(bgr.rows) / longest)));
  cv::resize(bgr, shrunk_, size, 0, 0, longest > kDetectorSide ? cv::INTER_AREA : cv::INTER_LINEAR);
  network_.input().setTo(0);
  cv::cvtColor(shrunk_,
               network_.input()(cv::Rect({(kDetectorSide - size.width) / 2, (kDetectorSide - size.height) / 2}, size)),
               cv::COLOR_BGR2RGB);
}

/// `pixels`: of the frame along the letterbox's side.
void FaceDetector::decode(float pixels, cv::Point2f border) {
  const auto boxes = network_.output(0), logits = network_.output(1);
  candidates_.clear();
  for (std::size_t i = 0; i < kAnchors; ++i) {
    const float score = 1 / (1 + std::exp(-std::clamp(logits[i], -kMaxLogit, kMaxLogit)));
    if (!(score >= min_score_)) continue;
    const auto raw = boxes.subspan(i * kBoxFloats, kBoxFloats);
    const auto at = [&](std::size_t k) {
      return (cv::Point2f(raw[k], raw[k + 1]) / kDetectorSide + anchors_[i]) * pixels - border;
    };
    const cv::Size2f size(raw[2] / kDetectorSide * pixels, raw[3] / kDetectorSide * pixels);
    if (!(size.width > 0 && size.height > 0)) continue;
    auto& face =
        candidates_.emplace_back(Detection{score, {at(0) - cv::Point2f(size.width, size.height) / 2, size}, {}});
    for (std::size_t k = 0; k < face.points.size(); ++k) face.points[k] = at(4 + 2 * k);
  }
}

/// Weighted non-maximum suppression: boxes of one face become their mean, weighted by score.
void FaceDetector::merge() {
  faces_.clear();
  std::ranges::sort(candidates_, std::greater{}, &Detection::score);
  while (!candidates_.empty()) {
    const Detection best = candidates_.front();
    Detection mean{best.score, {}, {}};
    float weight = 0;
    rest_.clear();
    for (const auto& other : candidates_) {
      if (&other != &candidates_.front() && overlap(other.box, best.box) <= kSameFace) {
        rest_.push_back(other);
        continue;
      }
      weight += other.score;
      mean.box.x += other.score * other.box.x;
      mean.box.y += other.score * other.box.y;
      mean.box.width += other.score * other.box.width;
      mean.box.height += other.score * other.box.height;
      for (std::size_t k = 0; k < mean.points.size(); ++k) mean.points[k] += other.score * other.points[k];
    }
    mean.box = {mean.box.x / weight, mean.box.y / weight, mean.box.width / weight, mean.box.height / weight};
    for (auto& point : mean.points) point /= weight;
    faces_.push_back(mean);
    candidates_.swap(rest_);
  }
}

}  // namespace vividface
