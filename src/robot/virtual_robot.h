#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "robot/controls.h"

namespace vividface {

/// What a surface is made of; the renderer has one look for each.
enum class Material : std::uint8_t { skin, neck, sclera, eyelash, teeth, gums, tongue };

/// The head's triangles; the same for every pose. Positions of a pose are given by VirtualRobot::pose.
struct HeadTopology {
  std::size_t vertex_count = 0;
  std::vector<std::array<std::uint32_t, 3>> triangles;
  std::vector<Material> materials;              ///< one a triangle
  std::vector<std::array<float, 2>> uv;         ///< one a vertex
};

/// A posed head in decimetres, y up, z towards the camera, origin between the eyes of the resting head.
struct HeadPose {
  std::vector<std::array<float, 3>> positions;          ///< vertex_count, reused between calls
  std::array<std::array<float, 3>, 2> eye_centre;       ///< by side: left, right
  std::array<std::array<float, 3>, 2> gaze;             ///< unit vectors of the optical axes
};

/// A stand-in for Ameca with the same 30 controls: MakeHuman's head (CC0), driven by config/virtual_robot.json.
class VirtualRobot {
 public:
  /// Reads the head data (see scripts/setup) and the mapping from controls to expression units, eyes, jaw and neck.
  VirtualRobot();
  ~VirtualRobot();

  const HeadTopology& topology() const;
  /// The head under these controls (clamped to the data set's ranges).
  void pose(const ControlVector& controls, HeadPose& out) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vividface
