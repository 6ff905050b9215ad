#include "camera/frame_source.h"
#include "camera/jpeg.h"
#include "fuzz/fuzz.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static JpegDecoder decoder;  // as in a stream: what one picture leaves behind meets the next
  cv::Mat bgr;
  if (decoder.decode({data, size}, bgr)) {
    require(bgr.type() == CV_8UC3 && !bgr.empty(), "a decoded picture has pixels");
    require(bgr.cols <= kMaxFrameSide && bgr.rows <= kMaxFrameSide, "a decoded picture is not too large");
  } else {
    require(bgr.empty(), "what cannot be decoded leaves no picture");
  }
  return 0;
}
