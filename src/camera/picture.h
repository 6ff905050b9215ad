#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

#include "camera/picture_size.h"

namespace vividface {

/// A PNG, JPEG, BMP, WebP, TIFF or PNM file as CV_8UC3 BGR: 16 bits are scaled to 8, grey is repeated, alpha is
/// dropped. Empty for what cannot be decoded, and, before a pixel is decoded, for what is larger than may_be_decoded.
cv::Mat decode_picture(std::span<const std::uint8_t> file);

/// A picture file's bytes; none when it cannot be read or has more than 512 MB.
std::vector<std::uint8_t> picture_bytes(const std::filesystem::path& file);

/// decode_picture of a file. Throws InputError that names it when there is no picture in it, or one too large.
cv::Mat read_picture(const std::filesystem::path& file);

}  // namespace vividface
