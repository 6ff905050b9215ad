#include "render/head_renderer.h"

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "render/camera.h"
#include "render/gl_context.h"
#include "render/gl_program.h"
#include "render/head_mesh.h"
#include "render/head_shaders.h"
#include "render/picture_target.h"
#include "render/robot_materials.h"

namespace vividface {
namespace {

using Eigen::Vector3f;

}  // namespace

struct HeadRenderer::Impl {
  GlContext gl;
  HeadMesh mesh;
  PictureTarget target{gl};
  std::vector<std::pair<Material, GlProgram>> programs;

  explicit Impl(const HeadTopology& topology) : mesh(gl, topology) {
    for (const auto& [material, name, colour] : kRobotMaterials) {
      const std::string head =
          "#version 330 core\n#define MATERIAL " + std::to_string(static_cast<int>(material)) + "\n";
      programs.emplace_back(material,
                            GlProgram(gl, {kHeadVertexShader}, {head.c_str(), kFoldsShader, kHeadFragmentShader}));
    }
    gl.Enable(GL_DEPTH_TEST);
    gl.Enable(GL_CULL_FACE);
    gl.FrontFace(GL_CW);  // y is flipped
    gl.PixelStorei(GL_PACK_ALIGNMENT, 1);
  }
};

HeadRenderer::HeadRenderer(const HeadTopology& topology) : impl_(std::make_unique<Impl>(topology)) {}

HeadRenderer::~HeadRenderer() = default;

void HeadRenderer::draw(const HeadPose& pose, const RenderView& view, const RenderLight& light,
                        std::span<std::uint8_t> bgr) {
  Impl& r = *impl_;
  if (bgr.size() != static_cast<std::size_t>(view.width) * view.height * 3)
    throw std::runtime_error("HeadRenderer::draw: the picture has not the view's size");
  r.gl.make_current();
  r.target.begin(view.width, view.height, light.background);
  r.mesh.pose(pose);

  const Camera camera = camera_of(view);
  const Vector3f key = Vector3f(light.key_direction[0], light.key_direction[1], light.key_direction[2]).normalized();
  const Vector3f fill = Vector3f(-key.x(), 0.1f, key.z()).normalized();
  const std::array<Vector3f, 3> lights = {key, Vector3f(light.key, light.fill, light.ambient), fill};
  for (const auto& [material, program] : r.programs) {
    program.use();
    program.set_matrix("view_projection", camera.view_projection.data());
    program.set_vectors("camera", camera.position.data());
    program.set_vectors("light", lights[0].data(), 3);
    program.set_vectors("eye_centre", pose.eye_centre[0].data(), 2);
    program.set_vectors("gaze", pose.gaze[0].data(), 2);
    program.set_floats("wrinkles", pose.wrinkles);
    program.set_vectors("background", light.background.data());
    r.mesh.draw(material);
  }
  r.target.read(bgr);
}

}  // namespace vividface
