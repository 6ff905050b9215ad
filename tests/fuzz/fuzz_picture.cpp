#include "camera/picture.h"
#include "fuzz/fuzz.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto claimed = picture_size({data, size});
  // Whatever a small header claims is decoded in other tests; here it would only be slow.
  if (claimed && static_cast<long>(claimed->width) * claimed->height > (1 << 20)) return 0;
  const cv::Mat picture = decode_picture({data, size});
  require(picture.empty() || (picture.type() == CV_8UC3 && claimed.has_value()),
          "a decoded picture is BGR and was sized");
  return 0;
}
