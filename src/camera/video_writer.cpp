#include "camera/video_writer.h"

#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>
#include <string>

#include "base/error.h"
#include "camera/codec_log.h"
#include "camera/frame_source.h"

namespace vividface {
namespace {

constexpr int kMinSide = 16;
constexpr double kMaxRate = 1000;

const std::filesystem::path& checked(const std::filesystem::path& path) {
  if (path.extension() != ".mp4") {
    throw InputError("output \"" + path.string() + "\": videos are written as .mp4; name it so");
  }
  return path;
}

cv::Size even(cv::Size size) { return {size.width + size.width % 2, size.height + size.height % 2}; }

}  // namespace

VideoWriter::VideoWriter(const std::filesystem::path& path, cv::Size size, double frames_per_second)
    : file_(checked(path)), size_(size) {
  if (std::min(size.width, size.height) < kMinSide || std::max(size.width, size.height) > kMaxFrameSide) {
    throw InputError("output \"" + path.string() + "\": frames of " + std::to_string(size.width) + "x" +
                     std::to_string(size.height) + " pixels; a side must have 16 to 16384");
  }
  if (!(frames_per_second >= 1 && frames_per_second <= kMaxRate)) {
    throw InputError("output \"" + path.string() + "\": " + std::to_string(frames_per_second) +
                     " frames a second; expected 1 to 1000");
  }
  hush_codecs();
  if (even(size) != size) padded_ = cv::Mat::zeros(even(size), CV_8UC3);
  for (const char* codec : {"avc1", "mp4v"}) {
    const int fourcc = cv::VideoWriter::fourcc(codec[0], codec[1], codec[2], codec[3]);
    if (writer_.open(file_.partial().string(), cv::CAP_FFMPEG, fourcc, frames_per_second, even(size), true)) return;
  }
  throw std::runtime_error("output \"" + path.string() + "\": OpenCV has neither an H.264 nor an MPEG-4 encoder");
}

void VideoWriter::write(const cv::Mat& bgr) {
  if (bgr.size() != size_ || bgr.type() != CV_8UC3) {
    throw std::runtime_error("output \"" + file_.path().string() + "\": frame " + std::to_string(frames_) +
                             " has another size or type than the video");
  }
  if (padded_.empty()) {
    writer_.write(bgr);
  } else {
    bgr.copyTo(padded_(cv::Rect({0, 0}, size_)));
    writer_.write(padded_);
  }
  ++frames_;
}

void VideoWriter::finish() {
  writer_.release();
  const auto fail = [this](const std::string& why) {
    throw std::runtime_error("output \"" + file_.path().string() + "\": " + why);
  };
  if (frames_ == 0) fail("there was no frame to write");
  // The encoder does not tell of a full disk; what it left then has no index and cannot be opened.
  cv::VideoCapture written(file_.partial().string(), cv::CAP_FFMPEG);
  if (!written.isOpened() || written.get(cv::CAP_PROP_FRAME_COUNT) + 0.5 < static_cast<double>(frames_)) {
    fail("could not be written whole; is the disk full?");
  }
  written.release();
  file_.commit();
}

}  // namespace vividface
