#pragma once

#include <cstdlib>

namespace vividface {

/// Keeps FFmpeg's own chatter off stderr, where a user expects one line of ours. Must run before OpenCV first opens a
/// video; a user's setting stays.
inline void hush_codecs() {
  static const bool once = setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", /*overwrite=*/0) == 0;
  (void)once;
}

}  // namespace vividface
