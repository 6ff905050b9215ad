#include "render/gl_program.h"

#include <array>
#include <stdexcept>
#include <string>

namespace vividface {
namespace {

GLuint compiled(const GlContext& gl, GLenum kind, std::initializer_list<const char*> sources) {
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

}  // namespace

GlProgram::GlProgram(const GlContext& gl, std::initializer_list<const char*> vertex,
                     std::initializer_list<const char*> fragment)
    : gl_(&gl), id_(gl.CreateProgram()) {
  gl.AttachShader(id_, compiled(gl, GL_VERTEX_SHADER, vertex));
  gl.AttachShader(id_, compiled(gl, GL_FRAGMENT_SHADER, fragment));
  gl.LinkProgram(id_);
  GLint good = 0;
  gl.GetProgramiv(id_, GL_LINK_STATUS, &good);
  if (!good) {
    std::array<char, 1024> log{};
    gl.GetProgramInfoLog(id_, static_cast<GLsizei>(log.size()), nullptr, log.data());
    throw std::runtime_error(std::string("the OpenGL driver cannot link the head's shaders: ") + log.data());
  }
}

}  // namespace vividface
