#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "render/gl_context.h"
#include "robot/virtual_robot.h"

namespace vividface {

/// A head's triangles on the GPU, sorted by material, under the pose that was given last. Attribute 0 is the position,
/// 1 the normal, 2 the place on the base mesh (HeadTopology::reference). The context must outlive it.
class HeadMesh {
 public:
  HeadMesh(const GlContext& gl, const HeadTopology& topology);

  /// Throws std::runtime_error for the pose of another head.
  void pose(const HeadPose& pose);
  /// Draws the triangles of one material with the program in use.
  void draw(Material material) const;

 private:
  struct Batch {
    Material material;
    GLsizei index_count;
    std::size_t first_index;
  };

  const GlContext* gl_;
  std::size_t vertex_count_;
  std::vector<std::uint32_t> indices_;
  std::vector<Batch> batches_;
  std::vector<Eigen::Vector3f> normals_;
  GLuint vertex_array_ = 0, position_buffer_ = 0, normal_buffer_ = 0;
};

}  // namespace vividface
