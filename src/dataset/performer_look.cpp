#include <algorithm>
#include <array>
#include <cmath>

#include "dataset/performer.h"

namespace vividface {
namespace {

Rgb mix(const Rgb& a, const Rgb& b, float t) {
  Rgb out;
  for (std::size_t i = 0; i < 3; ++i) out[i] = a[i] + (b[i] - a[i]) * t;
  return out;
}

Rgb scaled(const Rgb& a, float r, float g, float b) { return {a[0] * r, a[1] * g, a[2] * b}; }

/// A colour along a row of equally spaced ones, at 0 … 1.
template <std::size_t N>
Rgb along(const std::array<Rgb, N>& colours, float t) {
  const float at = std::clamp(t, 0.f, 0.9999f) * (N - 1);
  const auto i = static_cast<std::size_t>(at);
  return mix(colours[i], colours[i + 1], at - static_cast<float>(i));
}

Rgb any_colour(Random& random, float strength) {
  Rgb colour;
  const float light = random.uniform(0.02f, 0.7f) * strength;
  for (float& channel : colour) channel = light * random.uniform(0.25f, 1);
  return colour;
}

Rgb draw_skin(float melanin, Random& random) {
  constexpr std::array<Rgb, 7> kSkins = {{{0.78f, 0.54f, 0.44f},
                                          {0.69f, 0.45f, 0.34f},
                                          {0.58f, 0.36f, 0.245f},
                                          {0.43f, 0.245f, 0.15f},
                                          {0.28f, 0.15f, 0.085f},
                                          {0.165f, 0.085f, 0.05f},
                                          {0.085f, 0.047f, 0.032f}}};
  const float blue = 1 + random.bell(0.09f), green = 1 + random.bell(0.04f), red = 1 + random.bell(0.05f);
  return scaled(along(kSkins, melanin), red, green, blue);
}

Rgb draw_hair(float melanin, float age, Random& random) {
  constexpr std::array<Rgb, 6> kHairs = {{{0.42f, 0.28f, 0.13f},
                                          {0.22f, 0.12f, 0.05f},
                                          {0.10f, 0.045f, 0.02f},
                                          {0.05f, 0.024f, 0.013f},
                                          {0.022f, 0.013f, 0.009f},
                                          {0.008f, 0.007f, 0.006f}}};
  constexpr Rgb kRed = {0.26f, 0.07f, 0.02f}, kGrey = {0.30f, 0.29f, 0.28f}, kWhite = {0.60f, 0.58f, 0.55f};
  Rgb hair = along(kHairs, melanin > 0.3f ? random.uniform(0.6f, 1) : random.uniform());
  if (melanin < 0.3f && random.chance(0.10f)) hair = kRed;
  const float grey = std::clamp((age - random.uniform(0.25f, 0.9f)) * 3, 0.f, 1.f);
  return mix(hair, random.chance(0.5f) ? kGrey : kWhite, grey);
}

void draw_make_up(PerformerLook& look, Random& random) {
  if (random.chance(0.7f)) {
    const float cover = random.uniform(0.3f, 0.95f);
    const Rgb lipstick = {random.uniform(0.25f, 0.6f), random.uniform(0.02f, 0.14f), random.uniform(0.03f, 0.16f)};
    look.lips = mix(look.lips, lipstick, cover);
    look.lip_colour = random.uniform(0.6f, 0.97f);
    look.lip_gloss = random.uniform(0.1f, 1);
  }
  look.eye_shadow = mix(look.skin, any_colour(random, 0.6f), 0.7f);
  look.eye_shadow_strength = random.chance(0.5f) ? random.uniform(0.1f, 0.7f) : 0;
  look.lashes = random.uniform(0.5f, 1);
  look.blush += random.uniform(0, 0.35f);
  look.eye_rings *= 0.6f;
  look.blotches *= 0.6f;
}

void draw_beard(PerformerLook& look, Random& random) {
  look.stubble = random.chance(0.75f) ? random.uniform(0, 0.9f) : 0;
  if (random.chance(0.25f)) look.moustache = random.uniform(0.2f, 1);
  if (random.chance(0.22f)) {
    look.beard = random.uniform(0.15f, 1);
    look.moustache = std::max(look.moustache, random.uniform(0.3f, 1) * look.beard);
  }
}

void draw_haircut(PerformerLook& look, const Performer& person, Random& random) {
  const bool man = person.male > 0.5f;
  look.hairline = 0.70f + random.bell(0.07f);
  look.recession = std::max(0.f, (man ? 0.08f * person.age : 0.f) + random.bell(0.04f));
  const float lot = random.uniform();
  if (lot < (man ? 0.20f : 0.02f)) {  // bald, shaved or thin
    const float most = random.uniform(0, 0.7f), share = random.uniform();
    look.scalp = most * share;
    look.volume = 0;
    look.hairline += random.uniform(0, 0.35f);
  } else if (lot < (man ? 0.45f : 0.05f)) {  // cropped
    look.volume = random.uniform(0, 0.03f);
    look.scalp = random.uniform(0.7f, 1);
  } else {
    look.volume = random.uniform(0.04f, 0.16f);
    if (random.chance(man ? 0.08f : 0.72f)) look.hair_length = random.uniform(0.2f, 2.6f);
    if (random.chance(man ? 0.12f : 0.25f)) look.hairline = random.uniform(0.34f, 0.55f);  // a fringe
  }
  if (random.chance(0.10f)) {
    look.headgear = PerformerLook::Headgear::cap;
  } else if (!man && random.chance(0.10f)) {
    look.headgear = PerformerLook::Headgear::scarf;
  }
  look.headgear_colour = any_colour(random, 1);
}

}  // namespace

PerformerLook draw_look(const Performer& person, Random& random) {
  const bool man = person.male > 0.5f;
  const float old = std::max(person.age, 0.f);
  PerformerLook look;
  look.seed = random.bits();
  const float melanin =
      random.chance(0.2f) ? random.uniform() : std::clamp(person.melanin + random.bell(0.09f), 0.f, 1.f);
  look.skin = draw_skin(melanin, random);
  look.age = std::clamp(old + random.bell(0.1f), 0.f, 1.f);
  look.folds = random.uniform(0.35f, 1) + 0.5f * old;
  look.fold_shift = {random.bell(0.015f), random.bell(0.02f), random.uniform(0.01f, 0.06f)};
  look.blush = random.uniform(0.05f, 0.75f) * (1 - 0.6f * melanin);
  look.pores = random.uniform(0.1f, 0.9f);
  const float most_oil = random.uniform(0.05f, 0.9f), oil_share = random.uniform(0.4f, 1);
  look.oil = most_oil * oil_share;
  look.freckles = melanin < 0.4f && random.chance(0.2f) ? random.uniform(0.2f, 1) : 0;
  look.blotches = random.uniform(0.1f, 0.8f);
  look.eye_rings = random.uniform(0.05f, 0.7f);
  look.lips = scaled(look.skin, 0.92f - 0.1f * melanin, 0.50f + 0.22f * melanin, 0.56f + 0.2f * melanin);
  look.lip_colour = random.uniform(0.35f, 0.9f);
  look.lip_gloss = random.uniform(0.05f, 0.5f);
  look.lashes = man ? random.uniform(0, 0.5f) : random.uniform(0.2f, 0.8f);
  constexpr std::array<Rgb, 5> kIrises = {{{0.16f, 0.26f, 0.36f},
                                           {0.13f, 0.19f, 0.14f},
                                           {0.14f, 0.10f, 0.04f},
                                           {0.07f, 0.035f, 0.015f},
                                           {0.025f, 0.013f, 0.008f}}};
  look.iris = along(kIrises, melanin > 0.35f ? random.uniform(0.65f, 1) : random.uniform());
  look.hair = draw_hair(melanin, person.age, random);
  const float brow_shade = random.uniform(0.35f, 1);
  look.brow = scaled(look.hair, brow_shade, brow_shade, brow_shade);
  if (random.chance(0.04f)) look.hair = any_colour(random, 1);
  look.brow_density = random.uniform(0.25f, 1);
  look.brow_thickness = random.uniform(0.018f, 0.036f) + (man ? 0.012f : 0.f);
  look.brow_height = random.bell(0.02f);
  look.brow_arch = random.uniform(0, 1);
  if (man && person.age >= 0) draw_beard(look, random);
  if (!man && person.age > -0.2f && random.chance(0.6f)) draw_make_up(look, random);
  draw_haircut(look, person, random);
  look.shirt = any_colour(random, 1);
  if (random.chance(person.age > 0.5f ? 0.35f : 0.15f)) {
    look.glasses = random.uniform(0.006f, 0.022f);
    look.glasses_square = random.uniform();
    look.glasses_colour = any_colour(random, random.chance(0.6f) ? 0.1f : 1);
  }
  return look;
}

}  // namespace vividface
