#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <vector>

#include "camera/video_writer.h"
#include "render/robot_picture.h"
#include "robot/control_file.h"
#include "robot/virtual_robot.h"
#include "shadow/shadow.h"

namespace vividface {

/// Which files 'shadow' shall write; an empty path is none.
struct ShadowOutputPaths {
  std::filesystem::path controls, robot_video, animated_video, preview;
};

/// A control file's row: `face` says whether the controls follow the frame's face, or are held.
ControlRow control_row(const ShadowedFrame& shadowed, double time_s, const ControlVector& controls);

/// Writes what became of each frame: control file and videos, one row and one picture an input frame (a frame that was
/// dropped is shown by the one after it again, so that videos keep the stream's time). One thread an object.
class ShadowOutputs {
 public:
  /// Videos have `frames_per_second` within what VideoWriter takes: slower ones play faster than they were taken.
  /// Throws InputError that names a file that cannot be made.
  ShadowOutputs(const ShadowOutputPaths& paths, cv::Size animated_size, double frames_per_second);

  void add(const cv::Mat& person, const ShadowedFrame& shadowed);
  /// Puts every file under its final name; without it they are discarded.
  void finish();

 private:
  std::optional<ControlFileWriter> controls_;
  std::optional<VideoWriter> robot_video_, animated_video_, preview_;
  std::optional<VirtualRobot> robot_;
  std::optional<RobotPicture> robot_picture_;
  cv::Mat preview_picture_;
  std::size_t next_index_ = 0;
};

/// Person, I_m and robot side by side with captions, into `out` (BGR). The person may be empty: a frame that could not
/// be decoded.
void draw_preview(const cv::Mat& person, const ShadowedFrame& shadowed, const cv::Mat& robot, cv::Mat& out);

}  // namespace vividface
