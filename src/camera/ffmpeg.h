#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

#include <memory>

namespace vividface {

/// Gives an FFmpeg object back by the library's own function, which takes the pointer's address.
template <auto release>
struct Release {
  template <typename T>
  void operator()(T* object) const {
    release(&object);
  }
};
struct ReleaseScaler {
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

using CodecContext = std::unique_ptr<AVCodecContext, Release<avcodec_free_context>>;
using Picture = std::unique_ptr<AVFrame, Release<av_frame_free>>;
using Packet = std::unique_ptr<AVPacket, Release<av_packet_free>>;
using Scaler = std::unique_ptr<SwsContext, ReleaseScaler>;

}  // namespace vividface
