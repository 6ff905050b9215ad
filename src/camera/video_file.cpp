extern "C" {
#include <libavutil/display.h>
}

#include <cmath>
#include <opencv2/core.hpp>
#include <string_view>

#include "base/error.h"
#include "camera/ffmpeg.h"
#include "camera/frame_source.h"

namespace vividface {
namespace {

constexpr double kDefaultRate = 30;
constexpr double kMaxRate = 1000;
constexpr double kMaxAnnouncedFrames = 1e9;

// How far the picture must be turned clockwise to stand upright, in quarter turns.
int quarter_turns(const AVStream& stream) {
  const auto* matrix =
      reinterpret_cast<const std::int32_t*>(av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr));
  if (matrix == nullptr) return 0;
  const double counter_clockwise = av_display_rotation_get(matrix);
  return std::isfinite(counter_clockwise) ? static_cast<int>(std::lround(-counter_clockwise / 90) & 3) : 0;
}

// FFmpeg itself rather than OpenCV's VideoCapture: OpenCV 4.6 takes frame times from the number and the mean rate,
// turns phone videos the wrong way and does not tell of packets that cannot be decoded.
class VideoFile : public FrameSource {
 public:
  explicit VideoFile(const std::filesystem::path& file) : name_(file.string()) {
    if (!std::filesystem::is_regular_file(file)) {
      reject("not a regular file; give a video file, a folder of images or camera:N");
    }
    av_log_set_level(AV_LOG_QUIET);  // what is wrong is said once, in our own words
    if (!open()) {
      reject(
          "not a video that can be read, or cut off; give a whole video file (mp4, mov, mkv, webm, avi), a folder of "
          "images or camera:N");
    }
    const double rate = av_q2d(av_guess_frame_rate(container_.get(), stream_, nullptr));
    rate_ = std::isfinite(rate) && rate > 0 && rate <= kMaxRate ? rate : kDefaultRate;
    const double seconds = static_cast<double>(container_->duration) / AV_TIME_BASE;
    const double count =
        stream_->nb_frames > 0 ? static_cast<double>(stream_->nb_frames) : std::floor(seconds * rate_ + 0.5);
    if (count >= 1 && count < kMaxAnnouncedFrames) count_ = static_cast<std::size_t>(count);
    turns_ = quarter_turns(*stream_);
  }

  std::optional<Frame> next() override {
    if (ended_) return std::nullopt;
    Frame frame;
    frame.arrival = Clock::now();
    const Decoded decoded = decode();
    if (decoded == Decoded::end) {
      ended_ = true;
      return std::nullopt;
    }
    frame.index = given_;
    frame.time = next_time(decoded == Decoded::picture ? picture_->best_effort_timestamp : AV_NOPTS_VALUE);
    if (decoded == Decoded::picture) {
      frame.bgr = to_bgr();
      good_ += frame.bgr.empty() ? 0 : 1;
    }
    ++given_;
    return frame;
  }

  double frames_per_second() const override { return rate_; }
  std::optional<std::size_t> frame_count() const override { return count_; }

  std::optional<std::string> early_end() const override {
    // Containers announce a frame or two more than they show (edit lists) and estimate from the duration.
    if (!ended_ || !count_ || good_ + 2 + *count_ / 50 >= *count_) return std::nullopt;
    return printable("input \"" + name_ + "\" ended early: " + std::to_string(good_) + " of " +
                     std::to_string(*count_) + " frames could be read; the file is cut off or damaged");
  }

 private:
  enum class Decoded { picture, damaged, end };

  [[noreturn]] void reject(const std::string& why) const { throw InputError("input \"" + name_ + "\": " + why); }

  bool open() {
    AVFormatContext* container = nullptr;
    // The prefix keeps a file's name from being read as an address.
    if (avformat_open_input(&container, ("file:" + name_).c_str(), nullptr, nullptr) < 0) return false;
    container_.reset(container);
    if (std::string_view(container->iformat->name) == "tty") return false;  // FFmpeg draws text files as videos
    if (avformat_find_stream_info(container, nullptr) < 0) return false;
    const AVCodec* codec = nullptr;
    const int index = av_find_best_stream(container, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    if (index < 0 || codec == nullptr) return false;
    stream_ = container->streams[index];
    for (unsigned i = 0; i < container->nb_streams; ++i) {
      if (static_cast<int>(i) != index) container->streams[i]->discard = AVDISCARD_ALL;
    }
    check_size(stream_->codecpar->width, stream_->codecpar->height);
    decoder_.reset(avcodec_alloc_context3(codec));
    picture_.reset(av_frame_alloc());
    packet_.reset(av_packet_alloc());
    if (!decoder_ || !picture_ || !packet_) throw std::bad_alloc();
    if (avcodec_parameters_to_context(decoder_.get(), stream_->codecpar) < 0) return false;
    decoder_->pkt_timebase = stream_->time_base;
    decoder_->max_pixels = kMaxFramePixels;
    decoder_->thread_count = 1;
    return avcodec_open2(decoder_.get(), codec, nullptr) >= 0;
  }

  void check_size(int width, int height) const {
    if (may_be_decoded({width, height})) return;
    reject("frames of " + std::to_string(width) + "x" + std::to_string(height) + " pixels; at most " +
           std::to_string(kMaxFrameSide) + " a side and 64 megapixels are read, so scale it down");
  }

  Decoded decode() {
    while (true) {
      const int received = avcodec_receive_frame(decoder_.get(), picture_.get());
      if (received >= 0) return Decoded::picture;
      if (received == AVERROR_EOF) return Decoded::end;
      if (received != AVERROR(EAGAIN)) return draining_ ? Decoded::end : Decoded::damaged;
      int read;
      while ((read = av_read_frame(container_.get(), packet_.get())) >= 0 && packet_->stream_index != stream_->index) {
        av_packet_unref(packet_.get());
      }
      draining_ = read < 0;
      const int sent = avcodec_send_packet(decoder_.get(), draining_ ? nullptr : packet_.get());
      av_packet_unref(packet_.get());
      if (sent < 0) return draining_ ? Decoded::end : Decoded::damaged;
    }
  }

  // A new picture, so that it outlives the next one where stages run side by side.
  cv::Mat to_bgr() {
    const int width = picture_->width, height = picture_->height;
    scaler_.reset(sws_getCachedContext(scaler_.release(), width, height, static_cast<AVPixelFormat>(picture_->format),
                                       width, height, AV_PIX_FMT_BGR24, SWS_BICUBIC, nullptr, nullptr, nullptr));
    if (!scaler_) return {};
    const int padded = (width + 31) / 32 * 32;  // the converter may write past a row's end
    cv::Mat bgr(height, padded, CV_8UC3);
    std::uint8_t* const rows[] = {bgr.data};
    const int step[] = {static_cast<int>(bgr.step)};
    if (sws_scale(scaler_.get(), picture_->data, picture_->linesize, 0, height, rows, step) <= 0) return {};
    if (padded != width) bgr = bgr.colRange(0, width).clone();
    if (turns_ == 0) return bgr;
    constexpr int kTurn[] = {0, cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180, cv::ROTATE_90_COUNTERCLOCKWISE};
    cv::Mat upright;
    cv::rotate(bgr, upright, kTurn[turns_]);
    return upright;
  }

  // By the container; where it has no usable stamp, one period after the last frame.
  double next_time(std::int64_t stamp) {
    const double stamped = stamp == AV_NOPTS_VALUE ? NAN : static_cast<double>(stamp) * av_q2d(stream_->time_base);
    if (given_ == 0) {
      start_ = std::isfinite(stamped) ? stamped : 0;
      return last_ = 0;
    }
    const double time = stamped - start_;
    last_ = std::isfinite(time) && time > last_ ? time : last_ + 1 / rate_;
    return last_;
  }

  std::string name_;
  std::unique_ptr<AVFormatContext, Release<avformat_close_input>> container_;
  AVStream* stream_ = nullptr;  // the container's
  CodecContext decoder_;
  Picture picture_;
  Packet packet_;
  Scaler scaler_;
  double rate_ = kDefaultRate;
  std::optional<std::size_t> count_;
  int turns_ = 0;
  std::size_t given_ = 0, good_ = 0;
  double start_ = 0, last_ = 0;
  bool draining_ = false, ended_ = false;
};

}  // namespace

std::unique_ptr<FrameSource> open_video_file(const std::filesystem::path& file) {
  return std::make_unique<VideoFile>(file);
}

}  // namespace vividface
