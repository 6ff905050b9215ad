#include "render/shadow_map.h"

#include <Eigen/Geometry>
#include <stdexcept>

namespace vividface {
namespace {

using Eigen::Vector3f;

constexpr int kSize = 320;
constexpr float kReach = 1.9f;  // of the map around the head's middle, decimetres
constexpr std::array<float, 3> kMiddle = {0, -0.2f, -0.5f};

constexpr const char* kVertexShader = R"(#version 330 core
layout(location = 0) in vec3 position;
uniform mat4 to_shadow;
void main() { gl_Position = to_shadow * vec4(position, 1); }
)";
constexpr const char* kFragmentShader = "#version 330 core\nvoid main() {}\n";

}  // namespace

ShadowMap::ShadowMap(const GlContext& gl) : gl_(&gl), program_(gl, {kVertexShader}, {kFragmentShader}) {
  gl.GenTextures(1, &depth_);
  gl.BindTexture(GL_TEXTURE_2D, depth_);
  gl.TexImage2D(GL_TEXTURE_2D, 0, GL_DEPTH_COMPONENT24, kSize, kSize, 0, GL_DEPTH_COMPONENT, GL_UNSIGNED_INT, nullptr);
  for (const GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER})
    gl.TexParameteri(GL_TEXTURE_2D, filter, GL_LINEAR);
  for (const GLenum wrap : {GL_TEXTURE_WRAP_S, GL_TEXTURE_WRAP_T})
    gl.TexParameteri(GL_TEXTURE_2D, wrap, GL_CLAMP_TO_EDGE);
  gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_COMPARE_MODE, GL_COMPARE_REF_TO_TEXTURE);
  gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_COMPARE_FUNC, GL_LEQUAL);
  gl.GenFramebuffers(1, &framebuffer_);
  gl.BindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
  gl.FramebufferTexture2D(GL_FRAMEBUFFER, GL_DEPTH_ATTACHMENT, GL_TEXTURE_2D, depth_, 0);
  gl.DrawBuffer(GL_NONE);
  gl.ReadBuffer(GL_NONE);
  if (gl.CheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE)
    throw std::runtime_error("the OpenGL driver cannot draw into a depth texture");
}

void ShadowMap::draw(const HeadMesh& mesh, const std::array<float, 3>& direction, const HeadPose& pose, int unit) {
  const Vector3f forward = -Eigen::Map<const Vector3f>(direction.data()).normalized();
  const Vector3f side = forward.cross(Vector3f::UnitY()).normalized(), up = side.cross(forward);
  const Eigen::Matrix3f head = Eigen::Map<const Eigen::Matrix<float, 3, 3, Eigen::RowMajor>>(pose.head_rotation.data());
  const Vector3f middle = head * Vector3f(kMiddle[0], kMiddle[1], kMiddle[2]);
  matrix_.setIdentity();
  const auto row = [&](int i, const Vector3f& axis) {
    matrix_.block<1, 3>(i, 0) = axis.transpose() / kReach;
    matrix_(i, 3) = -axis.dot(middle) / kReach;
  };
  row(0, side);
  row(1, -up);  // as in pictures, so that triangles have the same sides
  row(2, forward);
  gl_->BindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
  gl_->Viewport(0, 0, kSize, kSize);
  gl_->Clear(GL_DEPTH_BUFFER_BIT);
  gl_->Enable(GL_CULL_FACE);
  program_.use();
  program_.set_matrix("to_shadow", matrix_.data());
  mesh.draw(Material::skin);
  gl_->ActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
  gl_->BindTexture(GL_TEXTURE_2D, depth_);
}

}  // namespace vividface
