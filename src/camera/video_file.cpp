#include <cmath>
#include <opencv2/videoio.hpp>

#include "base/error.h"
#include "camera/codec_log.h"
#include "camera/frame_source.h"

namespace vividface {
namespace {

constexpr double kDefaultRate = 30;
constexpr double kMaxRate = 1000;
constexpr double kMaxAnnouncedFrames = 1e9;

class VideoFile : public FrameSource {
 public:
  explicit VideoFile(const std::filesystem::path& file) : name_(file.string()) {
    if (!std::filesystem::is_regular_file(file)) {
      throw InputError("input \"" + name_ +
                       "\": not a regular file; give a video file, a folder of images or camera:N");
    }
    hush_codecs();
    bool opened = false;
    try {
      opened = video_.open(name_, cv::CAP_FFMPEG);
    } catch (const cv::Exception&) {  // the message is OpenCV's own and of several lines
    }
    if (!opened) {
      throw InputError("input \"" + name_ +
                       "\": not a video that can be read, or cut off; give a whole video file (mp4, " +
                       "mov, mkv, webm, avi), a folder of images or camera:N");
    }
    check_size();
    const double rate = video_.get(cv::CAP_PROP_FPS);
    rate_ = std::isfinite(rate) && rate > 0 && rate <= kMaxRate ? rate : kDefaultRate;
    const double count = video_.get(cv::CAP_PROP_FRAME_COUNT);
    if (count >= 1 && count < kMaxAnnouncedFrames) count_ = static_cast<std::size_t>(count);
  }

  std::optional<Frame> next() override {
    if (ended_) return std::nullopt;
    Frame frame;
    frame.arrival = Clock::now();
    frame.index = given_;
    try {
      if (!video_.grab()) {
        ended_ = true;
        return std::nullopt;
      }
      frame.time = next_time();
      video_.retrieve(frame.bgr);
    } catch (const cv::Exception&) {
      frame.bgr.release();
    }
    // OpenCV reuses its buffer, and a frame outlives the next one where stages run side by side.
    if (frame.bgr.type() == CV_8UC3) {
      frame.bgr = frame.bgr.clone();
    } else {
      frame.bgr.release();
    }
    ++given_;
    return frame;
  }

  double frames_per_second() const override { return rate_; }
  std::optional<std::size_t> frame_count() const override { return count_; }

  std::optional<std::string> early_end() const override {
    // Containers announce a frame or two more than they show (edit lists) and estimate from the duration.
    if (!ended_ || !count_ || given_ + 2 + *count_ / 50 >= *count_) return std::nullopt;
    return "input \"" + name_ + "\" ended early: " + std::to_string(given_) + " of " + std::to_string(*count_) +
           " frames could be read; the file is cut off or damaged";
  }

 private:
  void check_size() const {
    const double width = video_.get(cv::CAP_PROP_FRAME_WIDTH), height = video_.get(cv::CAP_PROP_FRAME_HEIGHT);
    const bool fits = width >= 1 && height >= 1 && width <= kMaxFrameSide && height <= kMaxFrameSide &&
                      width * height <= static_cast<double>(kMaxFramePixels);
    if (fits) return;
    throw InputError("input \"" + name_ + "\": frames of " + std::to_string(std::lround(width)) + "x" +
                     std::to_string(std::lround(height)) + " pixels; at most " + std::to_string(kMaxFrameSide) +
                     " a side and 64 megapixels are read, so scale it down");
  }

  // By the container; where it has no usable stamp, one period after the last frame.
  double next_time() {
    const double stamp = video_.get(cv::CAP_PROP_POS_MSEC) / 1000;
    if (given_ == 0) {
      start_ = std::isfinite(stamp) ? stamp : 0;
      return last_ = 0;
    }
    const double time = stamp - start_;
    last_ = std::isfinite(time) && time > last_ ? time : last_ + 1 / rate_;
    return last_;
  }

  std::string name_;
  cv::VideoCapture video_;
  double rate_ = kDefaultRate;
  std::optional<std::size_t> count_;
  std::size_t given_ = 0;
  double start_ = 0, last_ = 0;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<FrameSource> open_video_file(const std::filesystem::path& file) {
  return std::make_unique<VideoFile>(file);
}

}  // namespace vividface
