#pragma once

#include <EGL/egl.h>
#include <GL/glcorearb.h>

namespace vividface {

// The OpenGL 3.3 core functions that the renderer calls.
#define VIVIDFACE_GL_FUNCTIONS(X)                              \
  X(PFNGLACTIVETEXTUREPROC, ActiveTexture)                     \
  X(PFNGLATTACHSHADERPROC, AttachShader)                       \
  X(PFNGLBINDBUFFERPROC, BindBuffer)                           \
  X(PFNGLBINDFRAMEBUFFERPROC, BindFramebuffer)                 \
  X(PFNGLBINDRENDERBUFFERPROC, BindRenderbuffer)               \
  X(PFNGLBINDTEXTUREPROC, BindTexture)                         \
  X(PFNGLBINDVERTEXARRAYPROC, BindVertexArray)                 \
  X(PFNGLBLITFRAMEBUFFERPROC, BlitFramebuffer)                 \
  X(PFNGLBUFFERDATAPROC, BufferData)                           \
  X(PFNGLCHECKFRAMEBUFFERSTATUSPROC, CheckFramebufferStatus)   \
  X(PFNGLCLEARPROC, Clear)                                     \
  X(PFNGLCLEARCOLORPROC, ClearColor)                           \
  X(PFNGLCOMPILESHADERPROC, CompileShader)                     \
  X(PFNGLCREATEPROGRAMPROC, CreateProgram)                     \
  X(PFNGLCREATESHADERPROC, CreateShader)                       \
  X(PFNGLDELETEFRAMEBUFFERSPROC, DeleteFramebuffers)           \
  X(PFNGLDELETERENDERBUFFERSPROC, DeleteRenderbuffers)         \
  X(PFNGLDISABLEPROC, Disable)                                 \
  X(PFNGLDRAWARRAYSPROC, DrawArrays)                           \
  X(PFNGLDRAWBUFFERPROC, DrawBuffer)                           \
  X(PFNGLDRAWELEMENTSPROC, DrawElements)                       \
  X(PFNGLENABLEPROC, Enable)                                   \
  X(PFNGLENABLEVERTEXATTRIBARRAYPROC, EnableVertexAttribArray) \
  X(PFNGLFRAMEBUFFERRENDERBUFFERPROC, FramebufferRenderbuffer) \
  X(PFNGLFRAMEBUFFERTEXTURE2DPROC, FramebufferTexture2D)       \
  X(PFNGLFRONTFACEPROC, FrontFace)                             \
  X(PFNGLGENBUFFERSPROC, GenBuffers)                           \
  X(PFNGLGENFRAMEBUFFERSPROC, GenFramebuffers)                 \
  X(PFNGLGENRENDERBUFFERSPROC, GenRenderbuffers)               \
  X(PFNGLGENTEXTURESPROC, GenTextures)                         \
  X(PFNGLGENVERTEXARRAYSPROC, GenVertexArrays)                 \
  X(PFNGLGENERATEMIPMAPPROC, GenerateMipmap)                   \
  X(PFNGLGETERRORPROC, GetError)                               \
  X(PFNGLGETINTEGERVPROC, GetIntegerv)                         \
  X(PFNGLGETPROGRAMINFOLOGPROC, GetProgramInfoLog)             \
  X(PFNGLGETPROGRAMIVPROC, GetProgramiv)                       \
  X(PFNGLGETSHADERINFOLOGPROC, GetShaderInfoLog)               \
  X(PFNGLGETSHADERIVPROC, GetShaderiv)                         \
  X(PFNGLGETUNIFORMLOCATIONPROC, GetUniformLocation)           \
  X(PFNGLLINKPROGRAMPROC, LinkProgram)                         \
  X(PFNGLPIXELSTOREIPROC, PixelStorei)                         \
  X(PFNGLREADBUFFERPROC, ReadBuffer)                           \
  X(PFNGLREADPIXELSPROC, ReadPixels)                           \
  X(PFNGLRENDERBUFFERSTORAGEPROC, RenderbufferStorage)         \
  X(PFNGLSHADERSOURCEPROC, ShaderSource)                       \
  X(PFNGLTEXIMAGE2DPROC, TexImage2D)                           \
  X(PFNGLTEXPARAMETERIPROC, TexParameteri)                     \
  X(PFNGLUNIFORM1FPROC, Uniform1f)                             \
  X(PFNGLUNIFORM1FVPROC, Uniform1fv)                           \
  X(PFNGLUNIFORM1IPROC, Uniform1i)                             \
  X(PFNGLUNIFORM3FVPROC, Uniform3fv)                           \
  X(PFNGLUNIFORMMATRIX4FVPROC, UniformMatrix4fv)               \
  X(PFNGLUSEPROGRAMPROC, UseProgram)                           \
  X(PFNGLVERTEXATTRIBPOINTERPROC, VertexAttribPointer)         \
  X(PFNGLVIEWPORTPROC, Viewport)

/// An OpenGL 3.3 core context without a window, on the first EGL device that gives one (a GPU, or Mesa's llvmpipe).
class GlContext {
 public:
  /// Throws std::runtime_error that says what is missing when no EGL device can be had. Leaves the context current.
  GlContext();
  ~GlContext();
  GlContext(const GlContext&) = delete;
  GlContext& operator=(const GlContext&) = delete;

  /// Makes the context this thread's, unless it is already.
  void make_current() const;

#define VIVIDFACE_GL_DECLARE(type, name) type name = nullptr;
  VIVIDFACE_GL_FUNCTIONS(VIVIDFACE_GL_DECLARE)
#undef VIVIDFACE_GL_DECLARE

 private:
  EGLDisplay display_ = EGL_NO_DISPLAY;
  EGLContext context_ = EGL_NO_CONTEXT;
  EGLSurface surface_ = EGL_NO_SURFACE;

  bool open(EGLDisplay display);
};

}  // namespace vividface
