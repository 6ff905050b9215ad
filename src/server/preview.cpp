#include "server/preview.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "base/background_thread.h"
#include "camera/jpeg.h"

namespace vividface {
namespace {

constexpr std::chrono::milliseconds kPeriod(100);
constexpr std::chrono::seconds kAttention(1);  // after the last question nobody looks any more
constexpr int kWidest = 480, kQuality = 75;

}  // namespace

PreviewChannel::~PreviewChannel() {
  slot_.close();
  thread_.join();
}

void PreviewChannel::show(const cv::Mat& bgr, const std::optional<FaceObservation>& face) {
  const Clock::time_point now = Clock::now();
  if (bgr.empty() || asked_.load() < now - kAttention || now - shown_ < kPeriod) return;
  shown_ = now;
  slot_.put({bgr.clone(), face});
}

PictureMessage PreviewChannel::newest() {
  const Clock::time_point now = Clock::now(), before = asked_.exchange(now);
  const std::lock_guard lock(mutex_);
  if (before < now - kAttention) newest_.bytes.reset();  // old news
  return newest_;
}

void PreviewChannel::run() {
  become_background_thread();
  while (std::optional<Picture> picture = slot_.take()) {
    try {
      auto bytes = std::make_shared<const std::string>(encode(*picture));
      const std::lock_guard lock(mutex_);
      newest_ = {newest_.number + 1, std::move(bytes)};
    } catch (const std::exception& error) {  // such as no memory: the next one may do
      spdlog::warn("preview: {}", error.what());
    }
  }
}

std::string PreviewChannel::encode(Picture& picture) const {
  const double scale = std::min(1.0, static_cast<double>(kWidest) / picture.bgr.cols);
  if (scale < 1) cv::resize(picture.bgr, picture.bgr, {}, scale, scale, cv::INTER_AREA);
  if (picture.face) {
    constexpr int kSubpixelBits = 4;
    const cv::Scalar colour(190, 210, 90);
    for (const cv::Point3f& point : picture.face->mesh) {
      const cv::Point2d at = cv::Point2d(point.x, point.y) * scale * (1 << kSubpixelBits);
      cv::circle(picture.bgr, at, 1 << (kSubpixelBits - 1), colour, cv::FILLED, cv::LINE_AA, kSubpixelBits);
    }
  }
  const std::vector<std::uint8_t> jpeg = encode_jpeg(picture.bgr, kQuality);
  std::string bytes = {'V', 'P', 1, static_cast<char>(kind_)};
  bytes.append(jpeg.begin(), jpeg.end());
  return bytes;
}

}  // namespace vividface
