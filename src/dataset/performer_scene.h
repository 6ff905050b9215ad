#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "base/random.h"
#include "render/performer_look.h"
#include "render/render_view.h"

namespace vividface {

/// What a camera does to light on its way to a file.
struct Sensor {
  float blur = 0;                        ///< standard deviation in pixels
  float shot_noise = 0, read_noise = 0;  ///< in grey levels; shot noise at white
  Rgb balance = {1, 1, 1};               ///< gain of R, G and B
  float contrast = 1;
  int jpeg_quality = 92;

  /// Blurs, colours and adds noise to a BGR picture, in place.
  void expose(cv::Mat& bgr, Random& random) const;
};

/// Where a clip is taken: the same for all its pictures.
struct PerformerScene {
  RenderView view;
  PerformerLight light;
  Sensor sensor;
  std::vector<std::uint8_t> backdrop;  ///< for PerformerRenderer::dress
};

/// Camera, light, backdrop and sensor for pictures of `size` pixels a side. The camera is 0.5 to 1.4 m away and up to
/// 30° aside, and exposes for a skin of this albedo.
PerformerScene draw_scene(const Rgb& skin, int size, Random& random);

/// The scene some moments later: the head or the camera has moved a little, and the light hardly.
PerformerScene moments_later(const PerformerScene& scene, Random& random);

}  // namespace vividface
