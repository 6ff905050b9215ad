#include "render/head_renderer.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

#include "render/gl_context.h"
#include "render/head_shaders.h"

namespace vividface {
namespace {

using Eigen::Matrix4f, Eigen::Vector3f;

// Twice the picture's size a side, averaged: no dearer on a software rasterizer than 4 × multisampling, and it smooths
// folds and irises as well as edges.
constexpr int kOversampling = 2;
constexpr float kNear = 0.5f, kFar = 100;

float radians(float degrees) { return degrees * std::numbers::pi_v<float> / 180; }

struct Camera {
  Vector3f position;
  Matrix4f view_projection;
};

/// OpenGL's clip space, but with y down, so that the picture's rows come out from the top.
Camera camera_of(const RenderView& view) {
  const Eigen::Matrix3f turn = (Eigen::AngleAxisf(radians(view.yaw), Vector3f::UnitY()) *
                                Eigen::AngleAxisf(radians(-view.pitch), Vector3f::UnitX()) *
                                Eigen::AngleAxisf(radians(view.roll), Vector3f::UnitZ()))
                                   .toRotationMatrix();
  const Vector3f target(view.target[0], view.target[1], view.target[2]);
  Camera camera{target + turn * Vector3f(0, 0, view.distance), Matrix4f::Zero()};
  Matrix4f look = Matrix4f::Identity();
  look.topLeftCorner<3, 3>() = turn.transpose();
  look.topRightCorner<3, 1>() = -turn.transpose() * camera.position;
  const float focal = 1 / std::tan(radians(view.field_of_view) / 2);
  Matrix4f projection = Matrix4f::Zero();
  projection(0, 0) = focal * static_cast<float>(view.height) / static_cast<float>(view.width);
  projection(1, 1) = -focal;
  projection(2, 2) = (kFar + kNear) / (kNear - kFar);
  projection(2, 3) = 2 * kFar * kNear / (kNear - kFar);
  projection(3, 2) = -1;
  camera.view_projection = projection * look;
  return camera;
}

/// The shaders of one material.
struct Program {
  GLuint id = 0;
  GLint view_projection = -1, camera = -1, light = -1, eye_centre = -1, gaze = -1, wrinkles = -1, background = -1;
};

/// Triangles of one material, which one call draws.
struct Batch {
  Program program;
  bool both_sides;
  GLsizei index_count;
  std::size_t first_index;
};

}  // namespace

RenderView RenderView::portrait(int size) {
  RenderView view;
  view.width = view.height = size;
  view.distance = 9;
  view.field_of_view = 22;
  view.target = {0, -0.45f, 0};
  return view;
}

RenderView RenderView::canonical(int size) {
  RenderView view;
  view.width = view.height = size;
  view.distance = 9;
  view.field_of_view = 13.4f;
  view.target = {0, -0.48f, 0};
  return view;
}

struct HeadRenderer::Impl {
  GlContext gl;
  std::size_t vertex_count;
  std::vector<std::uint32_t> indices;
  std::vector<Batch> batches;
  std::vector<Vector3f> normals;
  GLuint position_buffer = 0, normal_buffer = 0;
  GLuint framebuffer = 0, resolved = 0;
  std::array<GLuint, 3> targets{};  // colour and depth, averaged colour
  int width = 0, height = 0;

  explicit Impl(const HeadTopology& topology) : vertex_count(topology.vertex_count), normals(topology.vertex_count) {
    sort_by_material(topology);
    GLuint vertex_array = 0;
    gl.GenVertexArrays(1, &vertex_array);
    gl.BindVertexArray(vertex_array);
    const auto attribute = [&](GLuint place, const void* data) {
      GLuint buffer = 0;
      gl.GenBuffers(1, &buffer);
      gl.BindBuffer(GL_ARRAY_BUFFER, buffer);
      if (data != nullptr) gl.BufferData(GL_ARRAY_BUFFER, bytes(), data, GL_STATIC_DRAW);
      gl.VertexAttribPointer(place, 3, GL_FLOAT, GL_FALSE, 0, nullptr);
      gl.EnableVertexAttribArray(place);
      return buffer;
    };
    position_buffer = attribute(0, nullptr);
    normal_buffer = attribute(1, nullptr);
    attribute(2, topology.reference.data());
    GLuint index_buffer = 0;
    gl.GenBuffers(1, &index_buffer);
    gl.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, index_buffer);
    gl.BufferData(GL_ELEMENT_ARRAY_BUFFER, static_cast<GLsizeiptr>(indices.size() * sizeof(indices[0])), indices.data(),
                  GL_STATIC_DRAW);
    gl.Enable(GL_DEPTH_TEST);
    gl.FrontFace(GL_CW);  // y is flipped
    gl.PixelStorei(GL_PACK_ALIGNMENT, 1);
  }

  GLsizeiptr bytes() const { return static_cast<GLsizeiptr>(vertex_count * sizeof(Vector3f)); }

  void sort_by_material(const HeadTopology& topology) {
    for (int m = 0; m <= static_cast<int>(Material::tongue); ++m) {
      const std::size_t first = indices.size();
      for (std::size_t t = 0; t < topology.triangles.size(); ++t) {
        if (topology.materials[t] != static_cast<Material>(m)) continue;
        indices.insert(indices.end(), topology.triangles[t].begin(), topology.triangles[t].end());
      }
      if (indices.size() > first) {
        const auto material = static_cast<Material>(m);
        batches.push_back({compile(material), material == Material::eyelash,  // lashes are sheets
                           static_cast<GLsizei>(indices.size() - first), first});
      }
    }
  }

  GLuint compiled(GLenum kind, std::initializer_list<const char*> sources) {
    const GLuint shader = gl.CreateShader(kind);
    gl.ShaderSource(shader, static_cast<GLsizei>(sources.size()), sources.begin(), nullptr);
    gl.CompileShader(shader);
    GLint good = 0;
    gl.GetShaderiv(shader, GL_COMPILE_STATUS, &good);
    if (!good) {
      std::array<char, 1024> log{};
      gl.GetShaderInfoLog(shader, static_cast<GLsizei>(log.size()), nullptr, log.data());
      throw std::runtime_error(std::string("the OpenGL driver rejects a shader: ") + log.data());
    }
    return shader;
  }

  Program compile(Material material) {
    const std::string head = "#version 330 core\n#define MATERIAL " + std::to_string(static_cast<int>(material)) + "\n";
    Program program;
    program.id = gl.CreateProgram();
    gl.AttachShader(program.id, compiled(GL_VERTEX_SHADER, {kHeadVertexShader}));
    gl.AttachShader(program.id, compiled(GL_FRAGMENT_SHADER, {head.c_str(), kHeadFragmentShader}));
    gl.LinkProgram(program.id);
    GLint good = 0;
    gl.GetProgramiv(program.id, GL_LINK_STATUS, &good);
    if (!good) throw std::runtime_error("the OpenGL driver cannot link the head's shaders");
    const auto uniform = [&](const char* name) { return gl.GetUniformLocation(program.id, name); };
    program.view_projection = uniform("view_projection");
    program.camera = uniform("camera");
    program.light = uniform("light");
    program.eye_centre = uniform("eye_centre");
    program.gaze = uniform("gaze");
    program.wrinkles = uniform("wrinkles");
    program.background = uniform("background");
    return program;
  }

  void resize(int new_width, int new_height) {
    if (new_width == width && new_height == height) return;
    GLint largest = 0;
    gl.GetIntegerv(GL_MAX_RENDERBUFFER_SIZE, &largest);
    if (new_width < 1 || new_height < 1 || new_width > largest / kOversampling ||
        new_height > largest / kOversampling) {
      throw std::runtime_error("cannot draw a picture of " + std::to_string(new_width) + "×" +
                               std::to_string(new_height) + " pixels: 1 to " + std::to_string(largest / kOversampling) +
                               " a side");
    }
    if (framebuffer != 0) {
      gl.DeleteFramebuffers(1, &framebuffer);
      gl.DeleteFramebuffers(1, &resolved);
      gl.DeleteRenderbuffers(static_cast<GLsizei>(targets.size()), targets.data());
    }
    gl.GenFramebuffers(1, &framebuffer);
    gl.GenFramebuffers(1, &resolved);
    gl.GenRenderbuffers(static_cast<GLsizei>(targets.size()), targets.data());
    const auto attach = [&](GLuint to, GLuint target, GLenum format, GLenum place, int scale) {
      gl.BindFramebuffer(GL_FRAMEBUFFER, to);
      gl.BindRenderbuffer(GL_RENDERBUFFER, target);
      gl.RenderbufferStorage(GL_RENDERBUFFER, format, scale * new_width, scale * new_height);
      gl.FramebufferRenderbuffer(GL_FRAMEBUFFER, place, GL_RENDERBUFFER, target);
    };
    attach(framebuffer, targets[0], GL_RGBA8, GL_COLOR_ATTACHMENT0, kOversampling);
    attach(framebuffer, targets[1], GL_DEPTH_COMPONENT24, GL_DEPTH_ATTACHMENT, kOversampling);
    const bool whole = gl.CheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
    attach(resolved, targets[2], GL_RGBA8, GL_COLOR_ATTACHMENT0, 1);
    if (!whole || gl.CheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
      throw std::runtime_error("the OpenGL driver has no 8-bit frame buffer");
    }
    width = new_width;
    height = new_height;
  }

  void compute_normals(const HeadPose& pose) {
    std::fill(normals.begin(), normals.end(), Vector3f::Zero());
    const auto at = [&](std::uint32_t v) { return Eigen::Map<const Vector3f>(pose.positions[v].data()); };
    for (std::size_t i = 0; i < indices.size(); i += 3) {
      const Vector3f area = (at(indices[i + 1]) - at(indices[i])).cross(at(indices[i + 2]) - at(indices[i]));
      for (std::size_t k = 0; k < 3; ++k) normals[indices[i + k]] += area;
    }
    for (Vector3f& normal : normals) normal.normalize();
  }
};

HeadRenderer::HeadRenderer(const HeadTopology& topology) : impl_(std::make_unique<Impl>(topology)) {}

HeadRenderer::~HeadRenderer() = default;

void HeadRenderer::draw(const HeadPose& pose, const RenderView& view, const RenderLight& light,
                        std::span<std::uint8_t> bgr) {
  Impl& r = *impl_;
  GlContext& gl = r.gl;
  if (pose.positions.size() != r.vertex_count || bgr.size() != static_cast<std::size_t>(view.width) * view.height * 3) {
    throw std::runtime_error(
        "HeadRenderer::draw: the pose is not of this head, or the picture has not the view's size");
  }
  gl.make_current();
  r.resize(view.width, view.height);
  r.compute_normals(pose);

  gl.BindFramebuffer(GL_FRAMEBUFFER, r.framebuffer);
  gl.Viewport(0, 0, kOversampling * view.width, kOversampling * view.height);
  gl.ClearColor(light.background[0], light.background[1], light.background[2], 1);
  gl.Clear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
  gl.BindBuffer(GL_ARRAY_BUFFER, r.position_buffer);
  gl.BufferData(GL_ARRAY_BUFFER, r.bytes(), pose.positions.data(), GL_STREAM_DRAW);
  gl.BindBuffer(GL_ARRAY_BUFFER, r.normal_buffer);
  gl.BufferData(GL_ARRAY_BUFFER, r.bytes(), r.normals.data(), GL_STREAM_DRAW);

  const Camera camera = camera_of(view);
  const Vector3f key = Vector3f(light.key_direction[0], light.key_direction[1], light.key_direction[2]).normalized();
  const Vector3f fill = Vector3f(-key.x(), 0.1f, key.z()).normalized();
  const std::array<Vector3f, 3> lights = {key, Vector3f(light.key, light.fill, light.ambient), fill};
  for (const Batch& batch : r.batches) {
    const Program& program = batch.program;
    gl.UseProgram(program.id);
    gl.UniformMatrix4fv(program.view_projection, 1, GL_FALSE, camera.view_projection.data());
    gl.Uniform3fv(program.camera, 1, camera.position.data());
    gl.Uniform3fv(program.light, 3, lights[0].data());
    gl.Uniform3fv(program.eye_centre, 2, pose.eye_centre[0].data());
    gl.Uniform3fv(program.gaze, 2, pose.gaze[0].data());
    gl.Uniform1fv(program.wrinkles, static_cast<GLsizei>(kWrinkleCount), pose.wrinkles.data());
    gl.Uniform3fv(program.background, 1, light.background.data());
    if (batch.both_sides) {
      gl.Disable(GL_CULL_FACE);
    } else {
      gl.Enable(GL_CULL_FACE);
    }
    gl.DrawElements(GL_TRIANGLES, batch.index_count, GL_UNSIGNED_INT,
                    reinterpret_cast<const void*>(batch.first_index * sizeof(std::uint32_t)));
  }

  gl.BindFramebuffer(GL_READ_FRAMEBUFFER, r.framebuffer);
  gl.BindFramebuffer(GL_DRAW_FRAMEBUFFER, r.resolved);
  gl.BlitFramebuffer(0, 0, kOversampling * view.width, kOversampling * view.height, 0, 0, view.width, view.height,
                     GL_COLOR_BUFFER_BIT, GL_LINEAR);
  gl.BindFramebuffer(GL_FRAMEBUFFER, r.resolved);
  gl.ReadPixels(0, 0, view.width, view.height, GL_BGR, GL_UNSIGNED_BYTE, bgr.data());
  if (gl.GetError() != GL_NO_ERROR) throw std::runtime_error("OpenGL reports an error while drawing the head");
}

}  // namespace vividface
