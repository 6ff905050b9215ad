#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "render/render_view.h"
#include "robot/virtual_robot.h"

namespace vividface {

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
