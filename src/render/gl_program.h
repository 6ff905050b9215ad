#pragma once

#include <initializer_list>
#include <span>

#include "render/gl_context.h"

namespace vividface {

/// A vertex and a fragment shader. The context must outlive it.
class GlProgram {
 public:
  /// Each shader's source is given in parts. Throws std::runtime_error, with the driver's words for a bad
  /// shader and without them for shaders that do not go together.
  GlProgram(const GlContext& gl, std::initializer_list<const char*> vertex,
            std::initializer_list<const char*> fragment);

  void use() const { gl_->UseProgram(id_); }
  /// Sets a uniform of the program in use; one that the shader does not have is passed over.
  void set(const char* name, float value) const { gl_->Uniform1f(place(name), value); }
  void set_unit(const char* name, int texture_unit) const { gl_->Uniform1i(place(name), texture_unit); }
  void set_floats(const char* name, std::span<const float> values) const {
    gl_->Uniform1fv(place(name), static_cast<GLsizei>(values.size()), values.data());
  }
  /// `values` are `count` vectors of 3.
  void set_vectors(const char* name, const float* values, int count = 1) const {
    gl_->Uniform3fv(place(name), count, values);
  }
  /// A 4 × 4 matrix, column by column.
  void set_matrix(const char* name, const float* values) const {
    gl_->UniformMatrix4fv(place(name), 1, GL_FALSE, values);
  }

 private:
  GLint place(const char* name) const { return gl_->GetUniformLocation(id_, name); }

  const GlContext* gl_;
  GLuint id_ = 0;
};

}  // namespace vividface
