// The frames of a clip as JPEG after JPEG: what Chromium takes for a camera.
#include <cstdio>
#include <exception>
#include <fstream>

#include "camera/frame_source.h"
#include "camera/jpeg.h"

int main(int count, char** arguments) try {
  constexpr int kExpected = 3, kQuality = 95;
  if (count != kExpected) throw std::invalid_argument("expected CLIP OUT.mjpeg");
  const auto source = vividface::open_frame_source(arguments[1]);
  std::ofstream out(arguments[2], std::ios::binary);
  while (const auto frame = source->next()) {
    const std::vector<std::uint8_t> jpeg = vividface::encode_jpeg(frame->bgr, kQuality);
    out.write(reinterpret_cast<const char*>(jpeg.data()), static_cast<std::streamsize>(jpeg.size()));
  }
  return out.flush() ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "clip_as_mjpeg: %s\n", error.what());
  return 1;
}
