#include "app/phone_frames.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "base/resources.h"
#include "camera/frame_source.h"
#include "camera/jpeg.h"

namespace vividface {
namespace {

const cv::Size kPhoneFrame(480, 360);
constexpr int kJpegQuality = 80;
constexpr std::size_t kClipFrames = 300;

}  // namespace

std::vector<Jpeg> phone_frames(const std::filesystem::path& clip) {
  const std::filesystem::path file = clip.empty() ? resource("assets/demo.mp4") : clip;
  const auto source = open_frame_source(file.string());
  std::vector<Jpeg> jpegs;
  cv::Mat scaled;
  while (jpegs.size() < kClipFrames) {
    const auto frame = source->next();
    if (!frame) break;
    if (frame->bgr.empty()) continue;
    const cv::Size size = frame->bgr.size();
    const int width = std::min(size.width, size.height * 4 / 3), height = std::min(size.height, size.width * 3 / 4);
    if (width < 1 || height < 1) continue;
    const cv::Rect middle((size.width - width) / 2, (size.height - height) / 2, width, height);
    cv::resize(frame->bgr(middle), scaled, kPhoneFrame, 0, 0, cv::INTER_AREA);
    jpegs.push_back(encode_jpeg(scaled, kJpegQuality));
  }
  if (jpegs.empty()) throw InputError("--clip \"" + file.string() + "\": no frame could be read");
  return jpegs;
}

}  // namespace vividface
