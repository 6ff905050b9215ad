#include "camera/jpeg.h"

#include <turbojpeg.h>

#include <stdexcept>

#include "camera/picture_size.h"

namespace vividface {

void JpegDecoder::Release::operator()(void* handle) const { tjDestroy(handle); }

JpegDecoder::JpegDecoder() : handle_(tjInitDecompress()) {
  if (handle_ == nullptr) throw std::runtime_error("libturbojpeg cannot start");
}

bool JpegDecoder::decode(std::span<const std::uint8_t> jpeg, cv::Mat& bgr) {
  int width = 0, height = 0, subsampling = 0, colour_space = 0;
  const bool header =
      tjDecompressHeader3(handle_.get(), jpeg.data(), jpeg.size(), &width, &height, &subsampling, &colour_space) == 0;
  if (header && may_be_decoded({width, height})) {
    bgr.create(height, width, CV_8UC3);
    // The fast transform differs from the exact one by less than the JPEG's own rounding.
    if (tjDecompress2(handle_.get(), jpeg.data(), jpeg.size(), bgr.data, width, static_cast<int>(bgr.step), height,
                      TJPF_BGR, TJFLAG_FASTDCT | TJFLAG_FASTUPSAMPLE | TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) == 0) {
      return true;
    }
  }
  bgr.release();
  handle_.reset(tjInitDecompress());  // a failed one keeps failing: libturbojpeg does not clear its warning
  return false;
}

std::optional<cv::Size> jpeg_size(std::span<const std::uint8_t> jpeg) {
  const std::unique_ptr<void, int (*)(tjhandle)> handle(tjInitDecompress(), tjDestroy);
  int width = 0, height = 0, subsampling = 0, colour_space = 0;
  if (handle == nullptr) return std::nullopt;
  // The size is there also where it fails for a subsampling that it has no name for, but other decoders have.
  tjDecompressHeader3(handle.get(), jpeg.data(), jpeg.size(), &width, &height, &subsampling, &colour_space);
  if (width < 1 || height < 1) return std::nullopt;
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
