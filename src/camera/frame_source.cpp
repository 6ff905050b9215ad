#include "camera/frame_source.h"

#include <charconv>
#include <string_view>

#include "base/error.h"

namespace vividface {
namespace {

constexpr std::string_view kCameraPrefix = "camera:";
constexpr int kMaxCameraNumber = 63;

int camera_number(const std::string& input) {
  const char* begin = input.data() + kCameraPrefix.size();
  const char* end = input.data() + input.size();
  int number = -1;
  const auto [stop, error] = std::from_chars(begin, end, number);
  if (error != std::errc{} || stop != end || number < 0 || number > kMaxCameraNumber) {
    throw InputError("input \"" + input + "\": expected a camera number after \"camera:\", such as camera:0");
  }
  return number;
}

}  // namespace

std::unique_ptr<FrameSource> open_frame_source(const std::string& input) {
  if (input.starts_with(kCameraPrefix)) return open_camera(camera_number(input));
  std::error_code ignored;
  const auto status = std::filesystem::status(input, ignored);
  if (std::filesystem::is_directory(status)) return open_image_folder(input);
  if (!std::filesystem::exists(status)) {
    throw InputError("input \"" + input + "\": no such file; give a video file, a folder of images or camera:N");
  }
  return open_video_file(input);
}

}  // namespace vividface
