// The frames of a clip as JPEG after JPEG: what Chromium takes for a camera. "two": each beside its mirror image;
// "far": from far away; "still": its first frame alone, lighter, for a second.
#include <cstdio>
#include <exception>
#include <fstream>
#include <opencv2/imgproc.hpp>
#include <string>

#include "camera/frame_source.h"
#include "camera/jpeg.h"

namespace {

cv::Mat changed(const cv::Mat& frame, const std::string& kind) {
  if (kind.empty()) return frame;
  cv::Mat out;
  if (kind == "still") {
    out = frame * 1.5;
  } else if (kind == "two") {
    cv::flip(frame, out, 1);
    cv::hconcat(frame, out, out);
  } else if (kind == "far") {
    constexpr double kScale = 0.4;
    out = cv::Mat(frame.size(), frame.type(), cv::Scalar::all(120));
    const cv::Size small(static_cast<int>(kScale * frame.cols), static_cast<int>(kScale * frame.rows));
    cv::resize(frame, out(cv::Rect({(frame.cols - small.width) / 2, (frame.rows - small.height) / 2}, small)), small);
  } else {
    throw std::invalid_argument("\"" + kind + "\" is none of two, far and still");
  }
  return out;
}

}  // namespace

int main(int count, char** arguments) try {
  constexpr int kExpected = 3, kQuality = 95, kStillFrames = 30;
  if (count != kExpected && count != kExpected + 1)
    throw std::invalid_argument("expected CLIP OUT.mjpeg [two|far|still]");
  const std::string kind = count > kExpected ? arguments[kExpected] : "";
  const auto source = vividface::open_frame_source(arguments[1]);
  std::ofstream out(arguments[2], std::ios::binary);
  while (const auto frame = source->next()) {
    const std::vector<std::uint8_t> jpeg = vividface::encode_jpeg(changed(frame->bgr, kind), kQuality);
    for (int i = 0; i < (kind == "still" ? kStillFrames : 1); ++i) {
      out.write(reinterpret_cast<const char*>(jpeg.data()), static_cast<std::streamsize>(jpeg.size()));
    }
    if (kind == "still") break;
  }
  return out.flush() ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "clip_as_mjpeg: %s\n", error.what());
  return 1;
}
