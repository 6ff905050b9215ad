#pragma once

#include <cstdint>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <span>
#include <vector>

namespace vividface {

/// Decodes JPEG pictures as a browser or camera sends them. One thread an object.
class JpegDecoder {
 public:
  /// Throws std::runtime_error when libturbojpeg cannot start.
  JpegDecoder();

  /// Into `bgr` (CV_8UC3, reused when its size fits). False, and `bgr` empty, for what is no JPEG, is cut off or is
  /// larger than may be decoded (may_be_decoded).
  [[nodiscard]] bool decode(std::span<const std::uint8_t> jpeg, cv::Mat& bgr);

 private:
  struct Release {
    void operator()(void* handle) const;
  };

  std::unique_ptr<void, Release> handle_;  // libturbojpeg's
};

/// The size that a JPEG's header claims, any of 1…65535; nothing for what is no JPEG. Decodes no pixel.
std::optional<cv::Size> jpeg_size(std::span<const std::uint8_t> jpeg);

/// Encodes CV_8UC3 at `quality` 1…100.
std::vector<std::uint8_t> encode_jpeg(const cv::Mat& bgr, int quality = 80);

}  // namespace vividface
