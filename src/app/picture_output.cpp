#include "app/picture_output.h"

#include <cstdint>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "base/error.h"

namespace vividface {

void check_picture_name(std::string_view option, const std::filesystem::path& path) {
  if (path.empty() || path.extension() == ".png" || path.extension() == ".jpg") return;
  throw InputError(std::string(option) + " " + path.string() + ": give a name that ends in .png or .jpg");
}

void write_picture(OutputFile& file, const cv::Mat& bgr) {
  constexpr int kQuality = 85;
  std::vector<std::uint8_t> bytes;
  cv::imencode(file.path().extension().string(), bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, kQuality});
  file.commit({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace vividface
