#include "camera/jpeg.h"

#include <turbojpeg.h>

#include <stdexcept>

#include "camera/frame_source.h"

namespace vividface {

JpegDecoder::JpegDecoder() : handle_(tjInitDecompress()) {
  if (handle_ == nullptr) throw std::runtime_error("libturbojpeg cannot start");
}

JpegDecoder::~JpegDecoder() { tjDestroy(handle_); }

bool JpegDecoder::decode(std::span<const std::uint8_t> jpeg, cv::Mat& bgr) {
  int width = 0, height = 0, subsampling = 0, colour_space = 0;
  const bool header =
      tjDecompressHeader3(handle_, jpeg.data(), jpeg.size(), &width, &height, &subsampling, &colour_space) == 0;
  if (header && width <= kMaxFrameSide && height <= kMaxFrameSide &&
      static_cast<long>(width) * height <= kMaxFramePixels) {
    bgr.create(height, width, CV_8UC3);
    // The fast transform differs from the exact one by less than the JPEG's own rounding.
    if (tjDecompress2(handle_, jpeg.data(), jpeg.size(), bgr.data, width, static_cast<int>(bgr.step), height, TJPF_BGR,
                      TJFLAG_FASTDCT | TJFLAG_FASTUPSAMPLE | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) == 0) {
      return true;
    }
  }
  bgr.release();
  tjDestroy(handle_);  // a failed one keeps failing: libturbojpeg does not clear its warning
  handle_ = tjInitDecompress();
  return false;
}

std::optional<cv::Size> jpeg_size(std::span<const std::uint8_t> jpeg) {
  const std::unique_ptr<void, int (*)(tjhandle)> handle(tjInitDecompress(), tjDestroy);
  int width = 0, height = 0, subsampling = 0, colour_space = 0;
  if (handle == nullptr ||
      tjDecompressHeader3(handle.get(), jpeg.data(), jpeg.size(), &width, &height, &subsampling, &colour_space) != 0) {
    return std::nullopt;
  }
  return cv::Size(width, height);
}

std::vector<std::uint8_t> encode_jpeg(const cv::Mat& bgr, int quality) {
  tjhandle handle = tjInitCompress();
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const int failed = handle == nullptr ? -1
                                       : tjCompress2(handle, bgr.data, bgr.cols, static_cast<int>(bgr.step), bgr.rows,
                                                     TJPF_BGR, &bytes, &size, TJSAMP_420, quality, 0);
  std::vector<std::uint8_t> jpeg(bytes, bytes + (failed == 0 ? size : 0));
  tjFree(bytes);
  if (handle != nullptr) tjDestroy(handle);
  if (failed != 0) throw std::runtime_error("a picture could not be encoded as JPEG");
  return jpeg;
}

}  // namespace vividface
