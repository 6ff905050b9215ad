#include "render/head_mesh.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <stdexcept>

namespace vividface {

using Eigen::Vector3f;

HeadMesh::HeadMesh(const GlContext& gl, const HeadTopology& topology)
    : gl_(&gl), vertex_count_(topology.vertex_count), normals_(topology.vertex_count) {
  for (int m = 0; m <= static_cast<int>(Material::cloth); ++m) {
    const std::size_t first = indices_.size();
    for (std::size_t t = 0; t < topology.triangles.size(); ++t) {
      if (topology.materials[t] != static_cast<Material>(m)) continue;
      indices_.insert(indices_.end(), topology.triangles[t].begin(), topology.triangles[t].end());
    }
    batches_.push_back({static_cast<Material>(m), static_cast<GLsizei>(indices_.size() - first), first});
  }
  gl.GenVertexArrays(1, &vertex_array_);
  gl.BindVertexArray(vertex_array_);
  const auto attribute = [&](GLuint place, const void* data) {
    GLuint buffer = 0;
    gl.GenBuffers(1, &buffer);
    gl.BindBuffer(GL_ARRAY_BUFFER, buffer);
    if (data != nullptr)
      gl.BufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(vertex_count_ * sizeof(Vector3f)), data, GL_STATIC_DRAW);
    gl.VertexAttribPointer(place, 3, GL_FLOAT, GL_FALSE, 0, nullptr);
    gl.EnableVertexAttribArray(place);
    return buffer;
  };
  position_buffer_ = attribute(0, nullptr);
  normal_buffer_ = attribute(1, nullptr);
  attribute(2, topology.reference.data());
  GLuint index_buffer = 0;
  gl.GenBuffers(1, &index_buffer);
  gl.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, index_buffer);
  gl.BufferData(GL_ELEMENT_ARRAY_BUFFER, static_cast<GLsizeiptr>(indices_.size() * sizeof(indices_[0])),
                indices_.data(), GL_STATIC_DRAW);
}

void HeadMesh::pose(const HeadPose& pose) {
  if (pose.positions.size() != vertex_count_) throw std::runtime_error("HeadMesh::pose: the pose is not of this head");
  std::fill(normals_.begin(), normals_.end(), Vector3f::Zero());
  const auto at = [&](std::uint32_t v) { return Eigen::Map<const Vector3f>(pose.positions[v].data()); };
  for (std::size_t i = 0; i < indices_.size(); i += 3) {
    const Vector3f area = (at(indices_[i + 1]) - at(indices_[i])).cross(at(indices_[i + 2]) - at(indices_[i]));
    for (std::size_t k = 0; k < 3; ++k) normals_[indices_[i + k]] += area;
  }
  for (Vector3f& normal : normals_) normal.normalize();
  const auto bytes = static_cast<GLsizeiptr>(vertex_count_ * sizeof(Vector3f));
  gl_->BindBuffer(GL_ARRAY_BUFFER, position_buffer_);
  gl_->BufferData(GL_ARRAY_BUFFER, bytes, pose.positions.data(), GL_STREAM_DRAW);
  gl_->BindBuffer(GL_ARRAY_BUFFER, normal_buffer_);
  gl_->BufferData(GL_ARRAY_BUFFER, bytes, normals_.data(), GL_STREAM_DRAW);
}

void HeadMesh::draw(Material material) const {
  const Batch& batch = batches_[static_cast<std::size_t>(material)];
  if (batch.index_count == 0) return;
  gl_->BindVertexArray(vertex_array_);
  gl_->DrawElements(GL_TRIANGLES, batch.index_count, GL_UNSIGNED_INT,
                    reinterpret_cast<const void*>(batch.first_index * sizeof(std::uint32_t)));
}

}  // namespace vividface
