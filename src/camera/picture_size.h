#pragma once

#include <cstdint>
#include <opencv2/core/types.hpp>
#include <optional>
#include <span>

namespace vividface {

/// A side of a picture may have this many pixels, and a picture this many in all (8K is half of it).
inline constexpr int kMaxFrameSide = 16384;
inline constexpr long kMaxFramePixels = 64L << 20;

/// Whether a picture of this size has pixels, and no more than the limits above.
constexpr bool may_be_decoded(const cv::Size& size) {
  return size.width > 0 && size.height > 0 && size.width <= kMaxFrameSide && size.height <= kMaxFrameSide &&
         static_cast<long>(size.width) * size.height <= kMaxFramePixels;
}

/// The size that the header of a PNG, JPEG, BMP, WebP, TIFF or PNM file claims; nothing for what is none of these.
/// Decodes no pixel: a file of a few kilobytes can claim gigabytes of them.
std::optional<cv::Size> picture_size(std::span<const std::uint8_t> file);

}  // namespace vividface
