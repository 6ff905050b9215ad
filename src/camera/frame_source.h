#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "camera/picture_size.h"
#include "face/frame.h"

namespace vividface {

/// A stream of frames: a video file, a folder of images or a camera.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  /// The next frame with all its fields, or nothing at the end. A frame that cannot be decoded comes as an empty Mat.
  virtual std::optional<Frame> next() = 0;
  virtual double frames_per_second() const = 0;
  virtual std::optional<std::size_t> frame_count() const = 0;  ///< as announced; nothing when unknown, as for a camera
  /// Once next() has given nothing: one line on why that was earlier than announced, such as a file that is cut off.
  virtual std::optional<std::string> early_end() const { return std::nullopt; }
};

/// Opens INPUT of the command line: a video file, an image folder, or "camera:N". Throws InputError that names it.
std::unique_ptr<FrameSource> open_frame_source(const std::string& input);

/// A video file; frames are turned upright as the file says. Throws InputError when it is missing or no video.
std::unique_ptr<FrameSource> open_video_file(const std::filesystem::path& file);

/// The images of a folder in natural order (frame2 before frame10), 30 a second, but for hidden ones. Grey, alpha and
/// 16-bit images become BGR. Throws InputError when it has none.
std::unique_ptr<FrameSource> open_image_folder(const std::filesystem::path& folder);

/// A camera by its number. Throws InputError when there is none or it gives no picture.
std::unique_ptr<FrameSource> open_camera(int number);

/// What `open` opens, again and again: frame numbers and times go on. It ends when what was opened again has no frame;
/// next() throws what `open` throws.
std::unique_ptr<FrameSource> loop_frame_source(std::function<std::unique_ptr<FrameSource>()> open);

/// Whether a file's name comes before another's when the numbers in them are compared by value.
bool natural_less(const std::string& a, const std::string& b);

}  // namespace vividface
