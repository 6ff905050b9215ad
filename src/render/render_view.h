#pragma once

#include <array>

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

}  // namespace vividface
