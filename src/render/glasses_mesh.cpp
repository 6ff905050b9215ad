#include "render/glasses_mesh.h"

#include <Eigen/Geometry>
#include <cmath>
#include <numbers>

namespace vividface {
namespace {

using Eigen::Vector3f;

constexpr int kRimSegments = 36, kWireSides = 6;
constexpr float kPi = std::numbers::pi_v<float>;

/// Lenses lie on a shallow cylinder in front of the eyes.
Vector3f on_lens(float x, float y) { return {x, y, 0.32f - 0.25f * x * x}; }

Vector3f rim_point(float side, float turn, float squareness) {
  // A superellipse: an exponent of 2 is round.
  const float power = 2 / (2 + 3 * squareness);
  const auto bulged = [&](float x) { return std::copysign(std::pow(std::abs(x), power), x); };
  return on_lens(side * (0.315f + 0.235f * bulged(std::cos(turn))), -0.03f + 0.185f * bulged(std::sin(turn)));
}

}  // namespace

GlassesMesh::GlassesMesh(const GlContext& gl) : gl_(&gl) {
  gl.GenVertexArrays(1, &vertex_array_);
  gl.BindVertexArray(vertex_array_);
  const auto attribute = [&](GLuint place) {
    GLuint buffer = 0;
    gl.GenBuffers(1, &buffer);
    gl.BindBuffer(GL_ARRAY_BUFFER, buffer);
    gl.VertexAttribPointer(place, 3, GL_FLOAT, GL_FALSE, 0, nullptr);
    gl.EnableVertexAttribArray(place);
    return buffer;
  };
  position_buffer_ = attribute(0);
  normal_buffer_ = attribute(1);
  gl.GenBuffers(1, &index_buffer_);
  gl.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, index_buffer_);
}

void GlassesMesh::add_wire(const std::vector<Vector3f>& points, float radius) {
  const auto begin = static_cast<std::uint32_t>(positions_.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Vector3f along = (points[std::min(i + 1, points.size() - 1)] - points[i > 0 ? i - 1 : 0]).normalized();
    const Vector3f side = along.cross(Vector3f(0.1f, 0.2f, 1).normalized()).normalized(), up = side.cross(along);
    for (int k = 0; k < kWireSides; ++k) {
      const float turn = 2 * kPi * static_cast<float>(k) / kWireSides;
      normals_.emplace_back(std::cos(turn) * side + std::sin(turn) * up);
      positions_.emplace_back(points[i] + radius * normals_.back());
    }
  }
  for (std::uint32_t i = 0; i + 1 < points.size(); ++i) {
    for (std::uint32_t k = 0; k < kWireSides; ++k) {
      const std::uint32_t a = begin + i * kWireSides + k, b = begin + i * kWireSides + (k + 1) % kWireSides;
      indices_.insert(indices_.end(), {a, b, a + kWireSides, b, b + kWireSides, a + kWireSides});
    }
  }
}

void GlassesMesh::draw(const HeadPose& pose, float radius, float squareness) {
  positions_.clear();
  normals_.clear();
  indices_.clear();
  for (const float side : {-1.f, 1.f}) {
    std::vector<Vector3f> rim;
    for (int i = 0; i <= kRimSegments; ++i)
      rim.push_back(rim_point(side, 2 * kPi * static_cast<float>(i) / kRimSegments, squareness));
    add_wire(rim, radius);
    add_wire({on_lens(side * 0.55f, 0.03f), {side * 0.66f, 0.04f, 0.10f}, {side * 0.80f, 0.03f, -0.75f}}, radius);
  }
  add_wire({on_lens(-0.085f, 0.0f), on_lens(-0.04f, 0.035f), on_lens(0.04f, 0.035f), on_lens(0.085f, 0.0f)}, radius);

  const Eigen::Matrix3f head = Eigen::Map<const Eigen::Matrix<float, 3, 3, Eigen::RowMajor>>(pose.head_rotation.data());
  const Vector3f eyes =
      (Eigen::Map<const Vector3f>(pose.eye_centre[0].data()) + Eigen::Map<const Vector3f>(pose.eye_centre[1].data())) /
      2;
  for (Vector3f& p : positions_) p = head * p + eyes;
  for (Vector3f& n : normals_) n = head * n;
  gl_->BindVertexArray(vertex_array_);
  const auto upload = [&](GLuint buffer, const std::vector<Vector3f>& data) {
    gl_->BindBuffer(GL_ARRAY_BUFFER, buffer);
    gl_->BufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(data.size() * sizeof(data[0])), data.data(),
                    GL_STREAM_DRAW);
  };
  upload(position_buffer_, positions_);
  upload(normal_buffer_, normals_);
  gl_->BufferData(GL_ELEMENT_ARRAY_BUFFER, static_cast<GLsizeiptr>(indices_.size() * sizeof(indices_[0])),
                  indices_.data(), GL_STREAM_DRAW);
  gl_->DrawElements(GL_TRIANGLES, static_cast<GLsizei>(indices_.size()), GL_UNSIGNED_INT, nullptr);
}

}  // namespace vividface
