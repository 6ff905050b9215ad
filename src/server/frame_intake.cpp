#include "server/frame_intake.h"

#include <fmt/format.h>

#include "camera/jpeg.h"

namespace vividface {

using boost::beast::http::status;

std::optional<Refusal> picture_refusal(std::span<const std::uint8_t> jpeg, long max_pixels) {
  const std::optional<cv::Size> size = jpeg_size(jpeg);
  if (!size) return Refusal{status::bad_request, "the body is no JPEG"};
  if (static_cast<long>(size->width) * size->height <= max_pixels) return std::nullopt;
  constexpr double kMillion = 1e6;
  return Refusal{status::payload_too_large,
                 fmt::format("the picture is {} x {}; at most {:.3g} megapixels are taken", size->width, size->height,
                             static_cast<double>(max_pixels) / kMillion)};
}

}  // namespace vividface
