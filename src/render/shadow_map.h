#pragma once

#include <Eigen/Core>
#include <array>

#include "render/gl_context.h"
#include "render/gl_program.h"
#include "render/head_mesh.h"

namespace vividface {

// How much of the key light arrives at a place: 0 … 1.
inline constexpr const char* kShadowShader = R"(
uniform sampler2DShadow shadow_map;
uniform mat4 to_shadow;
uniform float shadow_softness;
float key_light() {
  vec3 at = (to_shadow * vec4(p + 0.02 * normalize(n), 1)).xyz * 0.5 + 0.5;
  float spread = mix(0.7, 4.0, shadow_softness) / 320;
  float sum = 0;
  for (int i = 0; i < 4; ++i) {
    float turn = 2.4 * float(i);
    sum += texture(shadow_map, at + vec3(spread * sqrt((float(i) + 0.5) / 4) * vec2(cos(turn), sin(turn)), -0.004));
  }
  return sum / 4;
}
)";

/// What the key light sees of a head, as depth. The context must outlive it.
class ShadowMap {
 public:
  explicit ShadowMap(const GlContext& gl);

  /// Draws the skin of `mesh` as seen from `direction`, and binds the map to a texture unit.
  void draw(const HeadMesh& mesh, const std::array<float, 3>& direction, const HeadPose& pose, int unit);
  /// From space to the map's clip space, column by column.
  const float* matrix() const { return matrix_.data(); }

 private:
  const GlContext* gl_;
  GlProgram program_;
  GLuint framebuffer_ = 0, depth_ = 0;
  Eigen::Matrix4f matrix_ = Eigen::Matrix4f::Identity();
};

}  // namespace vividface
