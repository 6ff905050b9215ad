// The frames of a clip as JPEG after JPEG: what Chromium takes for a camera. "two": each beside its mirror image.
#include <cstdio>
#include <exception>
#include <fstream>
#include <opencv2/core.hpp>
#include <string_view>

#include "camera/frame_source.h"
#include "camera/jpeg.h"

int main(int count, char** arguments) try {
  constexpr int kExpected = 3, kQuality = 95;
  const bool two = count == kExpected + 1 && std::string_view(arguments[kExpected]) == "two";
  if (count != kExpected && !two) throw std::invalid_argument("expected CLIP OUT.mjpeg [two]");
  const auto source = vividface::open_frame_source(arguments[1]);
  std::ofstream out(arguments[2], std::ios::binary);
  while (const auto frame = source->next()) {
    cv::Mat picture = frame->bgr;
    if (two) {
      cv::Mat mirrored;
      cv::flip(picture, mirrored, 1);
      cv::hconcat(picture, mirrored, picture);
    }
    const std::vector<std::uint8_t> jpeg = vividface::encode_jpeg(picture, kQuality);
    out.write(reinterpret_cast<const char*>(jpeg.data()), static_cast<std::streamsize>(jpeg.size()));
  }
  return out.flush() ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "clip_as_mjpeg: %s\n", error.what());
  return 1;
}
