#include "render/gl_context.h"

#include <EGL/eglext.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace vividface {
namespace {

template <class Function>
Function extension(const char* name) {
  return reinterpret_cast<Function>(eglGetProcAddress(name));
}

/// Every display worth trying, in order: each EGL device, Mesa without a surface, the default one.
std::vector<EGLDisplay> displays() {
  std::vector<EGLDisplay> found;
  const auto query_devices = extension<PFNEGLQUERYDEVICESEXTPROC>("eglQueryDevicesEXT");
  const auto platform_display = extension<PFNEGLGETPLATFORMDISPLAYEXTPROC>("eglGetPlatformDisplayEXT");
  if (query_devices != nullptr && platform_display != nullptr) {
    std::array<EGLDeviceEXT, 16> devices;
    EGLint count = 0;
    if (query_devices(static_cast<EGLint>(devices.size()), devices.data(), &count)) {
      for (EGLint i = 0; i < count; ++i) {
        found.push_back(platform_display(EGL_PLATFORM_DEVICE_EXT, devices[static_cast<std::size_t>(i)], nullptr));
      }
    }
  }
  if (platform_display != nullptr) {
    found.push_back(platform_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr));
  }
  found.push_back(eglGetDisplay(EGL_DEFAULT_DISPLAY));
  return found;
}

}  // namespace

GlContext::GlContext() {
  for (const EGLDisplay display : displays()) {
    if (display != EGL_NO_DISPLAY && open(display)) break;
  }
  if (context_ == EGL_NO_CONTEXT) {
    throw std::runtime_error(
        "no EGL device gives an OpenGL 3.3 context: install a GPU's driver, or Mesa's software one (Debian: libegl1 "
        "libegl-mesa0 libgl1-mesa-dri)");
  }
  const auto load = [](auto& function, const char* name) {
    function = extension<std::remove_reference_t<decltype(function)>>(name);
    if (function == nullptr) throw std::runtime_error(std::string("the OpenGL driver lacks ") + name);
  };
#define VIVIDFACE_GL_LOAD(type, name) load(name, "gl" #name);
  VIVIDFACE_GL_FUNCTIONS(VIVIDFACE_GL_LOAD)
#undef VIVIDFACE_GL_LOAD
}

bool GlContext::open(EGLDisplay display) {
  EGLint major = 0, minor = 0;
  if (!eglInitialize(display, &major, &minor) || !eglBindAPI(EGL_OPENGL_API)) return false;
  constexpr std::array<EGLint, 13> kConfig = {EGL_SURFACE_TYPE,
                                              EGL_PBUFFER_BIT,
                                              EGL_RENDERABLE_TYPE,
                                              EGL_OPENGL_BIT,
                                              EGL_RED_SIZE,
                                              8,
                                              EGL_GREEN_SIZE,
                                              8,
                                              EGL_BLUE_SIZE,
                                              8,
                                              EGL_NONE,
                                              EGL_NONE,
                                              EGL_NONE};
  EGLConfig config = nullptr;
  EGLint count = 0;
  if (!eglChooseConfig(display, kConfig.data(), &config, 1, &count) || count < 1) return false;
  constexpr std::array<EGLint, 7> kVersion = {
      EGL_CONTEXT_MAJOR_VERSION,           3,       EGL_CONTEXT_MINOR_VERSION, 3, EGL_CONTEXT_OPENGL_PROFILE_MASK,
      EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
  const EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, kVersion.data());
  if (context == EGL_NO_CONTEXT) return false;
  EGLSurface surface = EGL_NO_SURFACE;
  if (!eglMakeCurrent(display, surface, surface, context)) {  // a driver without surfaceless contexts
    constexpr std::array<EGLint, 5> kSize = {EGL_WIDTH, 1, EGL_HEIGHT, 1, EGL_NONE};
    surface = eglCreatePbufferSurface(display, config, kSize.data());
    if (surface == EGL_NO_SURFACE || !eglMakeCurrent(display, surface, surface, context)) {
      if (surface != EGL_NO_SURFACE) eglDestroySurface(display, surface);
      eglDestroyContext(display, context);
      return false;
    }
  }
  display_ = display;
  context_ = context;
  surface_ = surface;
  return true;
}

GlContext::~GlContext() {
  // The display stays initialized: other contexts of the process may be on it.
  eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  if (surface_ != EGL_NO_SURFACE) eglDestroySurface(display_, surface_);
  eglDestroyContext(display_, context_);
}

void GlContext::make_current() const {
  if (eglGetCurrentContext() == context_) return;
  if (!eglMakeCurrent(display_, surface_, surface_, context_)) {
    throw std::runtime_error("the OpenGL context cannot be made current: is another thread using it?");
  }
}

}  // namespace vividface
