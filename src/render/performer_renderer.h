#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "render/performer_look.h"
#include "render/render_view.h"
#include "robot/virtual_robot.h"

namespace vividface {

/// Draws people by OpenGL through EGL, without a display: the head of HeadParts::person with skin, hair and clothes.
/// One thread an object.
class PerformerRenderer {
 public:
  static constexpr int kBackdropSize = 64;  ///< pixels a side

  /// Throws std::runtime_error that says what is missing when no EGL device can be had.
  explicit PerformerRenderer(const HeadTopology& topology);
  ~PerformerRenderer();

  /// Takes on a look. `backdrop` is what is behind, kBackdropSize² RGB bytes, rows from the top; it is smoothed over
  /// the picture.
  void dress(const PerformerLook& look, std::span<const std::uint8_t> backdrop);

  /// Draws into `bgr`, height × width × 3 bytes, rows from the top. The same input gives the same bytes on one machine.
  void draw(const HeadPose& pose, const RenderView& view, const PerformerLight& light, std::span<std::uint8_t> bgr);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vividface
