#pragma once

#include <memory>
#include <optional>
#include <string>

#include "face/frame.h"

namespace vividface {

/// A stream of frames: a video file, a folder of images or a camera.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  /// The next frame with all its fields, or nothing at the end. A frame that cannot be decoded comes as an empty Mat.
  virtual std::optional<Frame> next() = 0;
  virtual double frames_per_second() const = 0;
  virtual std::optional<std::size_t> frame_count() const = 0;  ///< nothing for a camera
};

/// Opens INPUT of the command line: a video file, an image folder, or "camera:N". Throws InputError that names it.
std::unique_ptr<FrameSource> open_frame_source(const std::string& input);

}  // namespace vividface
