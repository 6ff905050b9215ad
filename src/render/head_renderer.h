#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "robot/virtual_robot.h"

namespace vividface {

/// A pinhole camera that looks at the head. Lengths in decimetres, angles in degrees.
struct RenderView {
  int width = 256, height = 256;
  float distance = 8;        ///< from the target
  float field_of_view = 25;  ///< vertical
  std::array<float, 3> target = {0, -0.4f, 0};
  float yaw = 0, pitch = 0, roll = 0;  ///< of the camera around the target

  /// The head and neck of the robot, as the preview and the data set show it.
  static RenderView portrait(int size);
  /// The canonical view: the face alone, brow to chin with room for an open jaw. I_x, I_m and the mapping network's
  /// input are pictures in this view.
  static RenderView canonical(int size);
};

struct RenderLight {
  std::array<float, 3> key_direction = {-0.4f, 0.6f, 1.0f};
  float key = 0.85f, fill = 0.25f, ambient = 0.25f;
  std::array<float, 3> background = {0.11f, 0.11f, 0.11f};  ///< RGB
};

/// Draws the head by OpenGL through EGL, without a display. One thread an object.
class HeadRenderer {
 public:
  /// Throws std::runtime_error that says what is missing when no EGL device can be had.
  explicit HeadRenderer(const HeadTopology& topology);
  ~HeadRenderer();

  /// Draws into `bgr`, height × width × 3 bytes, rows from the top. The same input gives the same bytes on one machine.
  void draw(const HeadPose& pose, const RenderView& view, const RenderLight& light, std::span<std::uint8_t> bgr);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vividface
