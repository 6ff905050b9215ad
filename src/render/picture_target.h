#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "render/gl_context.h"

namespace vividface {

/// Where a picture is drawn: at twice its size a side, then averaged. That is no dearer on a software rasterizer than
/// 4 × multisampling, and it smooths folds and irises as well as edges. The context must outlive it.
class PictureTarget {
 public:
  explicit PictureTarget(const GlContext& gl) : gl_(&gl) {}

  /// Makes it what is drawn into, cleared to `background` (RGB). Throws std::runtime_error for a size that cannot be.
  void begin(int width, int height, const std::array<float, 3>& background);
  /// Reads the averaged picture, height × width × 3 bytes, rows from the top of what was drawn with y down.
  void read(std::span<std::uint8_t> bgr);

 private:
  void resize(int width, int height);

  const GlContext* gl_;
  GLuint framebuffer_ = 0, averaged_ = 0;
  std::array<GLuint, 3> buffers_{};  // colour and depth, averaged colour
  int width_ = 0, height_ = 0;
};

}  // namespace vividface
