#include "camera/video_writer.h"

#include <cmath>
#include <opencv2/core.hpp>
#include <stdexcept>

#include "base/error.h"
#include "camera/ffmpeg.h"
#include "camera/frame_source.h"

namespace vividface {
namespace {

constexpr int kMinSide = 16;
constexpr const char* kDiskFull = "could not be written whole; is the disk full?";

// One thread and a short look ahead: the encoder's frames are most of the memory that a video costs, and the cores are
// wanted elsewhere. The quality is the encoder's own default.
constexpr const char *kPreset = "veryfast", *kLookahead = "10";

const std::filesystem::path& checked(const std::filesystem::path& path) {
  if (path.extension() != ".mp4") {
    throw InputError("output \"" + path.string() + "\": videos are written as .mp4; name it so");
  }
  return path;
}

cv::Size even(cv::Size size) { return {size.width + size.width % 2, size.height + size.height % 2}; }

struct ReleaseOutput {
  void operator()(AVFormatContext* container) const {
    avio_closep(&container->pb);
    avformat_free_context(container);
  }
};

}  // namespace

struct VideoWriter::Encoder {
  std::unique_ptr<AVFormatContext, ReleaseOutput> container;
  AVStream* stream = nullptr;  // the container's
  CodecContext codec;
  Picture picture;
  Packet packet;
  Scaler scaler;

  /// False when there is no such codec or the file cannot be opened.
  bool open(const std::string& file, const AVCodec* encoder, cv::Size size, double rate) {
    if (encoder == nullptr) return false;
    AVFormatContext* output = nullptr;
    if (avformat_alloc_output_context2(&output, nullptr, "mp4", nullptr) < 0) return false;
    container.reset(output);
    codec.reset(avcodec_alloc_context3(encoder));
    codec->width = size.width;
    codec->height = size.height;
    codec->pix_fmt = AV_PIX_FMT_YUV420P;
    codec->framerate = av_d2q(rate, 1 << 16);
    codec->time_base = av_inv_q(codec->framerate);
    codec->thread_count = 1;
    codec->colorspace = AVCOL_SPC_SMPTE170M;  // what the scaler makes by default
    codec->color_range = AVCOL_RANGE_MPEG;
    if ((container->oformat->flags & AVFMT_GLOBALHEADER) != 0) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    AVDictionary* options = nullptr;
    av_dict_set(&options, "preset", kPreset, 0);
    av_dict_set(&options, "rc-lookahead", kLookahead, 0);
    const bool opened = avcodec_open2(codec.get(), encoder, &options) >= 0;
    av_dict_free(&options);
    stream = opened ? avformat_new_stream(container.get(), nullptr) : nullptr;
    if (stream == nullptr || avcodec_parameters_from_context(stream->codecpar, codec.get()) < 0) return false;
    stream->time_base = codec->time_base;
    stream->avg_frame_rate = codec->framerate;
    // The prefix keeps a file's name from being read as an address.
    if (avio_open(&container->pb, ("file:" + file).c_str(), AVIO_FLAG_WRITE) < 0) return false;
    if (avformat_write_header(container.get(), nullptr) < 0) return false;

    picture.reset(av_frame_alloc());
    picture->format = codec->pix_fmt;
    picture->width = size.width;
    picture->height = size.height;
    packet.reset(av_packet_alloc());
    scaler.reset(sws_getContext(size.width, size.height, AV_PIX_FMT_BGR24, size.width, size.height, codec->pix_fmt,
                                SWS_BILINEAR, nullptr, nullptr, nullptr));
    return scaler != nullptr && av_frame_get_buffer(picture.get(), 0) >= 0;
  }

  /// A frame of the encoder's size.
  bool add(const cv::Mat& bgr, std::size_t index) {
    if (av_frame_make_writable(picture.get()) < 0) return false;
    const int stride = static_cast<int>(bgr.step);
    sws_scale(scaler.get(), &bgr.data, &stride, 0, bgr.rows, picture->data, picture->linesize);
    picture->pts = static_cast<std::int64_t>(index);
    return encode(picture.get());
  }

  bool finish() {
    if (!encode(nullptr) || av_write_trailer(container.get()) < 0) return false;
    avio_flush(container->pb);
    return container->pb->error >= 0;
  }

 private:
  // Null: what the encoder still holds.
  bool encode(const AVFrame* frame) {
    if (avcodec_send_frame(codec.get(), frame) < 0) return false;
    while (true) {
      const int got = avcodec_receive_packet(codec.get(), packet.get());
      if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return true;
      if (got < 0) return false;
      av_packet_rescale_ts(packet.get(), codec->time_base, stream->time_base);
      packet->duration = av_rescale_q(1, codec->time_base, stream->time_base);
      packet->stream_index = stream->index;
      if (av_interleaved_write_frame(container.get(), packet.get()) < 0 || container->pb->error < 0) return false;
    }
  }
};

VideoWriter::VideoWriter(const std::filesystem::path& path, cv::Size size, double frames_per_second)
    : file_(checked(path)), size_(size) {
  if (std::min(size.width, size.height) < kMinSide || std::max(size.width, size.height) > kMaxFrameSide) {
    throw InputError("output \"" + path.string() + "\": frames of " + std::to_string(size.width) + "x" +
                     std::to_string(size.height) + " pixels; a side must have 16 to 16384");
  }
  if (!(frames_per_second >= kMinRate && frames_per_second <= kMaxRate)) {
    throw InputError("output \"" + path.string() + "\": " + std::to_string(frames_per_second) +
                     " frames a second; expected 1 to 1000");
  }
  av_log_set_level(AV_LOG_QUIET);  // what is wrong is said once, in our own words
  if (even(size) != size) padded_ = cv::Mat::zeros(even(size), CV_8UC3);
  for (const AVCodec* codec : {avcodec_find_encoder_by_name("libx264"), avcodec_find_encoder(AV_CODEC_ID_MPEG4)}) {
    encoder_ = std::make_unique<Encoder>();
    if (encoder_->open(file_.partial().string(), codec, even(size), frames_per_second)) return;
  }
  fail("FFmpeg has neither an H.264 nor an MPEG-4 encoder, or the file cannot be written");
}

VideoWriter::~VideoWriter() = default;

void VideoWriter::fail(const std::string& why) const {
  throw std::runtime_error("output \"" + file_.path().string() + "\": " + why);
}

void VideoWriter::write(const cv::Mat& bgr) {
  if (bgr.size() != size_ || bgr.type() != CV_8UC3) {
    fail("frame " + std::to_string(frames_) + " has another size or type than the video");
  }
  if (!padded_.empty()) bgr.copyTo(padded_(cv::Rect({0, 0}, size_)));
  if (!encoder_->add(padded_.empty() ? bgr : padded_, frames_)) fail(kDiskFull);
  ++frames_;
}

void VideoWriter::finish() {
  if (frames_ == 0) fail("there was no frame to write");
  if (!encoder_->finish()) fail(kDiskFull);
  encoder_.reset();
  file_.commit();
}

}  // namespace vividface
