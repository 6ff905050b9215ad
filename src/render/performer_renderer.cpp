#include "render/performer_renderer.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cstddef>
#include <stdexcept>
#include <vector>

#include "render/camera.h"
#include "render/face_paint.h"
#include "render/gl_context.h"
#include "render/gl_program.h"
#include "render/glasses_mesh.h"
#include "render/head_mesh.h"
#include "render/head_shaders.h"
#include "render/noise_texture.h"
#include "render/performer_shaders.h"
#include "render/picture_target.h"
#include "render/shadow_map.h"

namespace vividface {
namespace {

constexpr const char* kVersion = "#version 330 core\n";
constexpr int kChartUnit = 0, kNoiseUnit = 1, kBackdropUnit = 2, kShadowUnit = 3;

}  // namespace

struct PerformerRenderer::Impl {
  GlContext gl;
  HeadMesh mesh;
  GlassesMesh glasses{gl};
  PictureTarget target{gl};
  ShadowMap shadow{gl};
  FacePaint paint;
  PerformerLook look;
  GLuint chart, noise, backdrop;
  GlProgram skin{gl,
                 {kPerformerVertexShader},
                 {kVersion, kPerformerCommonShader, kShadowShader, kFoldsShader, kPerformerSkinShader}};
  GlProgram eye = program(kPerformerEyeShader), mouth = program(kPerformerMouthShader),
            hair = program(kPerformerHairShader), cloth = program(kPerformerClothShader),
            glass_frame = program(kPerformerFrameShader);
  GlProgram behind{gl, {kBackdropVertexShader}, {kVersion, kBackdropFragmentShader}};

  explicit Impl(const HeadTopology& topology)
      : mesh(gl, topology),
        paint(topology),
        chart(texture(kChartUnit, GL_REPEAT)),
        noise(texture(kNoiseUnit, GL_REPEAT)),
        backdrop(texture(kBackdropUnit, GL_CLAMP_TO_EDGE)) {
    gl.Enable(GL_DEPTH_TEST);
    gl.FrontFace(GL_CW);  // y is flipped
    gl.PixelStorei(GL_PACK_ALIGNMENT, 1);
    gl.PixelStorei(GL_UNPACK_ALIGNMENT, 1);
    upload(kNoiseUnit, noise, GL_RGBA, kNoiseSize, kNoiseSize, make_noise().data());
  }

  GlProgram program(const char* fragment) {
    return {gl, {kPerformerVertexShader}, {kVersion, kPerformerCommonShader, kShadowShader, fragment}};
  }

  GLuint texture(int unit, GLint wrap) {
    GLuint id = 0;
    gl.GenTextures(1, &id);
    gl.ActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
    gl.BindTexture(GL_TEXTURE_2D, id);
    gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, wrap);
    gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, unit == kNoiseUnit ? GL_REPEAT : GL_CLAMP_TO_EDGE);
    gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR_MIPMAP_NEAREST);
    gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    return id;
  }

  void upload(int unit, GLuint id, GLenum format, int width, int height, const std::uint8_t* data) {
    gl.ActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
    gl.BindTexture(GL_TEXTURE_2D, id);
    gl.TexImage2D(GL_TEXTURE_2D, 0, format == GL_RGB ? GL_RGB8 : GL_RGBA8, width, height, 0, format, GL_UNSIGNED_BYTE,
                  data);
    gl.GenerateMipmap(GL_TEXTURE_2D);
  }

  void prepare(const GlProgram& with, const Camera& camera, const PerformerLight& light) const {
    with.use();
    with.set_matrix("view_projection", camera.view_projection.data());
    with.set_vectors("camera", camera.position.data());
    const Eigen::Vector3f direction = Eigen::Map<const Eigen::Vector3f>(light.key_direction.data()).normalized();
    with.set_vectors("key_direction", direction.data());
    with.set_vectors("key", light.key.data());
    with.set_vectors("sky", light.sky.data());
    with.set_vectors("ground", light.ground.data());
    with.set_unit("chart_map", kChartUnit);
    with.set_unit("noise_map", kNoiseUnit);
    with.set_unit("shadow_map", kShadowUnit);
    with.set_matrix("to_shadow", shadow.matrix());
    with.set("shadow_softness", light.softness);
    with.set("lift", 0);
    with.set("cap", 0);
    with.set("scarf", 0);
  }

  void draw_skin(const HeadPose& pose) const {
    std::array<float, kWrinkleCount> wrinkles;
    for (std::size_t i = 0; i < kWrinkleCount; ++i) wrinkles[i] = look.folds * pose.wrinkles[i];
    const float a = look.age * look.age;
    const std::array<float, 6> resting = {0.55f * a, 0.5f * a, 0.5f * a, 0.1f * a, 0.10f + 0.6f * a, 0.6f * a};
    skin.set_floats("wrinkles", wrinkles);
    skin.set_floats("resting", resting);
    skin.set_vectors("skin", look.skin.data());
    skin.set_vectors("lips", look.lips.data());
    skin.set_vectors("brow", look.brow.data());
    skin.set_vectors("hair", look.hair.data());
    skin.set_vectors("eye_shadow", look.eye_shadow.data());
    skin.set_vectors("fold_shift", look.fold_shift.data());
    skin.set("age", look.age);
    skin.set("blush", look.blush);
    skin.set("pores", look.pores);
    skin.set("oil", look.oil);
    skin.set("blotches", look.blotches);
    skin.set("eye_rings", look.eye_rings);
    skin.set("lip_colour", look.lip_colour);
    skin.set("lip_gloss", look.lip_gloss);
    skin.set("eye_shadow_strength", look.eye_shadow_strength);
    skin.set("lashes", look.lashes);
    mesh.draw(Material::skin);
  }

  void draw_mouth() const {
    const auto draw = [&](Material material, const Rgb& albedo, float gloss) {
      mouth.set_vectors("albedo", albedo.data());
      mouth.set("gloss", gloss);
      mesh.draw(material);
    };
    draw(Material::teeth, {0.62f, 0.58f, 0.50f}, 0.05f);
    draw(Material::gums, {0.22f, 0.06f, 0.055f}, 0.02f);
    draw(Material::tongue, {0.33f, 0.10f, 0.09f}, 0.03f);
  }

  void draw_glasses(const HeadPose& pose) {
    glass_frame.set_vectors("albedo", look.glasses_colour.data());
    glass_frame.set("gloss", 0.03f);
    glasses.draw(pose, look.glasses, look.glasses_square);
  }

  /// Hair lies on the scalp as a shell, and hangs as a hull; a cap or a scarf lies over it.
  void draw_hair() const {
    const bool cap = look.headgear == PerformerLook::Headgear::cap,
               scarf = look.headgear == PerformerLook::Headgear::scarf;
    hair.set_vectors("hair", look.hair.data());
    hair.set_vectors("headgear_colour", look.headgear_colour.data());
    hair.set("hair_length", look.hair_length);
    gl.Disable(GL_CULL_FACE);
    hair.set("scarf", scarf ? 1.f : 0.f);
    hair.set("hanging", 0);
    if (scarf || (look.scalp > 0.6f && look.volume > 0)) {
      hair.set("lift", scarf ? 0.07f + look.volume : look.volume);
      mesh.draw(Material::skin);
    }
    if (cap) {
      hair.set("cap", 1);
      hair.set("lift", 0.10f + look.volume);
      mesh.draw(Material::skin);
      hair.set("cap", 0);
    }
    hair.set("lift", 0);
    hair.set("hanging", 1);
    if (scarf || look.hair_length > 0) mesh.draw(Material::hair);
    gl.Enable(GL_CULL_FACE);
  }
};

PerformerRenderer::PerformerRenderer(const HeadTopology& topology) : impl_(std::make_unique<Impl>(topology)) {}

PerformerRenderer::~PerformerRenderer() = default;

void PerformerRenderer::dress(const PerformerLook& look, std::span<const std::uint8_t> backdrop) {
  Impl& r = *impl_;
  if (backdrop.size() != static_cast<std::size_t>(kBackdropSize) * kBackdropSize * 3)
    throw std::runtime_error("PerformerRenderer::dress: the backdrop has not the expected size");
  r.gl.make_current();
  r.look = look;
  r.upload(kChartUnit, r.chart, GL_RGBA, FacePaint::kWidth, FacePaint::kHeight, r.paint.paint(look).data());
  r.upload(kBackdropUnit, r.backdrop, GL_RGB, kBackdropSize, kBackdropSize, backdrop.data());
}

void PerformerRenderer::draw(const HeadPose& pose, const RenderView& view, const PerformerLight& light,
                             std::span<std::uint8_t> bgr) {
  Impl& r = *impl_;
  if (bgr.size() != static_cast<std::size_t>(view.width) * view.height * 3)
    throw std::runtime_error("PerformerRenderer::draw: the picture has not the view's size");
  r.gl.make_current();
  r.mesh.pose(pose);
  r.shadow.draw(r.mesh, light.key_direction, pose, kShadowUnit);
  r.target.begin(view.width, view.height, {});

  const Camera camera = camera_of(view);
  r.gl.Enable(GL_CULL_FACE);
  r.prepare(r.skin, camera, light);
  r.draw_skin(pose);
  r.prepare(r.eye, camera, light);
  r.eye.set_vectors("eye_centre", pose.eye_centre[0].data(), 2);
  r.eye.set_vectors("gaze", pose.gaze[0].data(), 2);
  r.eye.set_vectors("iris", r.look.iris.data());
  r.mesh.draw(Material::sclera);
  r.prepare(r.mouth, camera, light);
  r.draw_mouth();
  r.prepare(r.cloth, camera, light);
  r.cloth.set_vectors("shirt", r.look.shirt.data());
  r.mesh.draw(Material::cloth);
  r.prepare(r.hair, camera, light);
  r.draw_hair();
  r.gl.Disable(GL_CULL_FACE);
  if (r.look.glasses > 0) {
    r.prepare(r.glass_frame, camera, light);
    r.draw_glasses(pose);
  }
  r.behind.use();
  r.behind.set_unit("backdrop", kBackdropUnit);
  r.gl.DrawArrays(GL_TRIANGLES, 0, 3);
  r.target.read(bgr);
}

}  // namespace vividface
