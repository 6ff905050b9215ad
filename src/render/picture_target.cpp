#include "render/picture_target.h"

#include <stdexcept>
#include <string>

namespace vividface {
namespace {

constexpr int kOversampling = 2;

}  // namespace

void PictureTarget::begin(int width, int height, const std::array<float, 3>& background) {
  resize(width, height);
  gl_->BindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
  gl_->Viewport(0, 0, kOversampling * width_, kOversampling * height_);
  gl_->ClearColor(background[0], background[1], background[2], 1);
  gl_->Clear(GL_COLOR_BUFFER_BIT | GL_DEPTH_BUFFER_BIT);
}

void PictureTarget::read(std::span<std::uint8_t> bgr) {
  gl_->BindFramebuffer(GL_READ_FRAMEBUFFER, framebuffer_);
  gl_->BindFramebuffer(GL_DRAW_FRAMEBUFFER, averaged_);
  gl_->BlitFramebuffer(0, 0, kOversampling * width_, kOversampling * height_, 0, 0, width_, height_,
                       GL_COLOR_BUFFER_BIT, GL_LINEAR);
  gl_->BindFramebuffer(GL_FRAMEBUFFER, averaged_);
  gl_->ReadPixels(0, 0, width_, height_, GL_BGR, GL_UNSIGNED_BYTE, bgr.data());
  if (gl_->GetError() != GL_NO_ERROR) throw std::runtime_error("OpenGL reports an error while drawing the head");
}

void PictureTarget::resize(int width, int height) {
  if (width == width_ && height == height_) return;
  GLint largest = 0;
  gl_->GetIntegerv(GL_MAX_RENDERBUFFER_SIZE, &largest);
  if (width < 1 || height < 1 || width > largest / kOversampling || height > largest / kOversampling) {
    throw std::runtime_error("cannot draw a picture of " + std::to_string(width) + "×" + std::to_string(height) +
                             " pixels: 1 to " + std::to_string(largest / kOversampling) + " a side");
  }
  if (framebuffer_ != 0) {
    gl_->DeleteFramebuffers(1, &framebuffer_);
    gl_->DeleteFramebuffers(1, &averaged_);
    gl_->DeleteRenderbuffers(static_cast<GLsizei>(buffers_.size()), buffers_.data());
  }
  gl_->GenFramebuffers(1, &framebuffer_);
  gl_->GenFramebuffers(1, &averaged_);
  gl_->GenRenderbuffers(static_cast<GLsizei>(buffers_.size()), buffers_.data());
  const auto attach = [&](GLuint to, GLuint buffer, GLenum format, GLenum place, int scale) {
    gl_->BindFramebuffer(GL_FRAMEBUFFER, to);
    gl_->BindRenderbuffer(GL_RENDERBUFFER, buffer);
    gl_->RenderbufferStorage(GL_RENDERBUFFER, format, scale * width, scale * height);
    gl_->FramebufferRenderbuffer(GL_FRAMEBUFFER, place, GL_RENDERBUFFER, buffer);
  };
  attach(framebuffer_, buffers_[0], GL_RGBA8, GL_COLOR_ATTACHMENT0, kOversampling);
  attach(framebuffer_, buffers_[1], GL_DEPTH_COMPONENT24, GL_DEPTH_ATTACHMENT, kOversampling);
  const bool whole = gl_->CheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
  attach(averaged_, buffers_[2], GL_RGBA8, GL_COLOR_ATTACHMENT0, 1);
  if (!whole || gl_->CheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) {
    throw std::runtime_error("the OpenGL driver has no 8-bit frame buffer");
  }
  width_ = width;
  height_ = height;
}

}  // namespace vividface
