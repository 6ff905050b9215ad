#pragma once

#include <Eigen/Core>
#include <vector>

#include "render/gl_context.h"
#include "robot/virtual_robot.h"

namespace vividface {

/// The frame of a pair of glasses, which moves with the skull. Attributes as HeadMesh's. The context must outlive it.
class GlassesMesh {
 public:
  explicit GlassesMesh(const GlContext& gl);

  /// Draws a frame with wires of this radius (decimetres) on a posed head, with the program in use. `squareness` is 0
  /// for round lenses and 1 for square ones.
  void draw(const HeadPose& pose, float radius, float squareness);

 private:
  const GlContext* gl_;
  GLuint vertex_array_ = 0, position_buffer_ = 0, normal_buffer_ = 0, index_buffer_ = 0;
  std::vector<Eigen::Vector3f> positions_, normals_;
  std::vector<std::uint32_t> indices_;

  void add_wire(const std::vector<Eigen::Vector3f>& points, float radius);
};

}  // namespace vividface
