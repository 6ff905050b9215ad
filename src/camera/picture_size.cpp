#include "camera/picture_size.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <string_view>

#include "camera/jpeg.h"

namespace vividface {
namespace {

using Bytes = std::span<const std::uint8_t>;

bool has(Bytes file, std::string_view text, std::size_t at = 0) {
  return file.size() >= at + text.size() &&
         std::equal(text.begin(), text.end(), file.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char c, std::uint8_t byte) { return static_cast<std::uint8_t>(c) == byte; });
}

// 0 beyond the end, which is no size of a picture.
std::uint32_t number(Bytes file, std::size_t at, std::size_t bytes, bool big_endian) {
  if (at + bytes > file.size()) return 0;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | file[big_endian ? at + i : at + bytes - 1 - i];
  return value;
}

std::uint32_t little(Bytes file, std::size_t at, std::size_t bytes) { return number(file, at, bytes, false); }

cv::Size size_of(std::uint64_t width, std::uint64_t height) {
  return {static_cast<int>(std::min<std::uint64_t>(width, INT_MAX)),
          static_cast<int>(std::min<std::uint64_t>(height, INT_MAX))};
}

// ISO/IEC 15948, 11.2.2
cv::Size png_size(Bytes file) { return size_of(number(file, 16, 4, true), number(file, 20, 4, true)); }

// BITMAPCOREHEADER has 12 bytes and sizes of 16 bits; a negative height stands for rows from the top.
cv::Size bmp_size(Bytes file) {
  if (little(file, 14, 4) == 12) return size_of(little(file, 18, 2), little(file, 20, 2));
  const auto height = static_cast<std::int32_t>(little(file, 22, 4));
  return size_of(little(file, 18, 4), static_cast<std::uint64_t>(std::abs(std::int64_t{height})));
}

// RFC 9649: lossy, lossless, extended
std::optional<cv::Size> webp_size(Bytes file) {
  if (has(file, "VP8 ", 12)) return size_of(little(file, 26, 2) & 0x3fff, little(file, 28, 2) & 0x3fff);
  if (has(file, "VP8L", 12)) {
    const std::uint32_t bits = little(file, 21, 4);
    return size_of((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
  }
  if (has(file, "VP8X", 12)) return size_of(little(file, 24, 3) + 1, little(file, 27, 3) + 1);
  return std::nullopt;
}

// The first directory's fields 256 and 257, of 16 or 32 bits.
std::optional<cv::Size> tiff_size(Bytes file, bool big_endian) {
  constexpr std::size_t kField = 12;
  const std::uint32_t directory = number(file, 4, 4, big_endian), fields = number(file, directory, 2, big_endian);
  std::uint32_t width = 0, height = 0;
  for (std::size_t i = 0; i < fields; ++i) {
    const std::size_t at = directory + 2 + i * kField;
    const std::uint32_t tag = number(file, at, 2, big_endian), type = number(file, at + 2, 2, big_endian);
    if (tag != 256 && tag != 257) continue;
    if (type != 3 && type != 4) return std::nullopt;
    std::uint32_t& side = tag == 256 ? width : height;
    side = std::max(side, number(file, at + 8, type == 3 ? 2 : 4, big_endian));
  }
  return size_of(width, height);
}

// Two numbers after "P1" to "P6", with blanks and comments to the line's end between them.
std::optional<cv::Size> pnm_size(Bytes file) {
  std::uint64_t sides[2] = {};
  std::size_t at = 2;
  const auto digit = [&] { return at < file.size() && file[at] >= '0' && file[at] <= '9'; };
  for (std::uint64_t& side : sides) {
    while (at < file.size() && !digit()) {
      if (file[at] == '#') {
        while (at < file.size() && file[at] != '\n' && file[at] != '\r') ++at;
      } else if (std::string_view(" \t\r\n\v\f").find(static_cast<char>(file[at])) == std::string_view::npos) {
        return std::nullopt;
      } else {
        ++at;
      }
    }
    for (; digit(); ++at) side = std::min<std::uint64_t>(10 * side + (file[at] - '0'), INT_MAX);
  }
  return size_of(sides[0], sides[1]);
}

}  // namespace

std::optional<cv::Size> picture_size(Bytes file) {
  if (has(file, "\x89PNG\r\n\x1a\n")) return png_size(file);
  if (has(file, "\xff\xd8")) return jpeg_size(file);
  if (has(file, "BM")) return bmp_size(file);
  if (has(file, "RIFF") && has(file, "WEBP", 8)) return webp_size(file);
  if (has(file, std::string_view("II*\0", 4))) return tiff_size(file, /*big_endian=*/false);
  if (has(file, std::string_view("MM\0*", 4))) return tiff_size(file, /*big_endian=*/true);
  if (file.size() > 2 && file[0] == 'P' && file[1] >= '1' && file[1] <= '6') return pnm_size(file);
  return std::nullopt;
}

}  // namespace vividface
