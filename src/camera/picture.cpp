#include "camera/picture.h"

#include <fstream>
#include <iterator>
#include <opencv2/imgcodecs.hpp>
#include <optional>
#include <string>

#include "base/error.h"

namespace vividface {
namespace {

constexpr std::uintmax_t kMaxFileBytes = 512u << 20;

}  // namespace

cv::Mat decode_picture(std::span<const std::uint8_t> file) {
  const std::optional<cv::Size> size = picture_size(file);
  if (!size || !may_be_decoded(*size)) return {};
  const cv::Mat bytes(1, static_cast<int>(file.size()), CV_8UC1, const_cast<std::uint8_t*>(file.data()));
  cv::Mat picture;
  try {
    picture = cv::imdecode(bytes, cv::IMREAD_COLOR);
  } catch (const cv::Exception&) {
    return {};
  }
  return may_be_decoded(picture.size()) ? picture : cv::Mat();  // whatever the header said
}

std::vector<std::uint8_t> picture_bytes(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error || size > kMaxFileBytes) return {};
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

cv::Mat read_picture(const std::filesystem::path& file) {
  const auto reject = [&](const std::string& why) { throw InputError("picture \"" + file.string() + "\": " + why); };
  const std::vector<std::uint8_t> bytes = picture_bytes(file);
  if (bytes.empty()) reject("no such file, or it is empty, cannot be read or has more than 512 MB");
  const std::optional<cv::Size> size = picture_size(bytes);
  if (!size) reject("expected a png, jpg, bmp, webp, tif, ppm or pgm file, found something else");
  if (!may_be_decoded(*size)) {
    reject("its header says " + std::to_string(size->width) + "x" + std::to_string(size->height) +
           " pixels; expected at most 16384 a side and 64 megapixels, so scale it down");
  }
  cv::Mat picture = decode_picture(bytes);
  if (picture.empty()) reject("cannot be decoded; is the file whole?");
  return picture;
}

}  // namespace vividface
