#pragma once

#include <array>
#include <cstdint>

namespace vividface {

using Rgb = std::array<float, 3>;

/// How a person's skin, hair and clothes look. Colours are linear RGB, shares 0 … 1, lengths decimetres.
struct PerformerLook {
  enum class Headgear : std::uint8_t { none, cap, scarf };

  std::uint64_t seed = 0;  ///< of every stroke and spot

  Rgb skin = {0.58f, 0.36f, 0.26f};  ///< albedo
  float age = 0.2f;                  ///< depth of the folds that stay at rest, and of the skin's unevenness
  float folds = 1;                   ///< depth of the folds that expressions make
  Rgb fold_shift = {0, 0, 0};        ///< by which folds lie beside their usual places: across, up, and how crooked
  float blush = 0.3f, pores = 0.5f, oil = 0.4f, freckles = 0, blotches = 0.4f;
  float eye_rings = 0.3f;  ///< darkness around the eyes
  Rgb lips = {0.50f, 0.22f, 0.19f};
  float lip_colour = 0.7f, lip_gloss = 0.3f;
  Rgb eye_shadow = {0.2f, 0.1f, 0.15f};
  float eye_shadow_strength = 0, lashes = 0.5f;
  Rgb iris = {0.12f, 0.07f, 0.03f};

  Rgb hair = {0.03f, 0.02f, 0.015f};  ///< of the head; brows and beard are a shade of it
  Rgb brow = {0.03f, 0.02f, 0.015f};
  float brow_density = 0.7f, brow_thickness = 0.035f, brow_height = 0, brow_arch = 0.5f;
  float stubble = 0;               ///< the shadow of a shaved beard
  float beard = 0, moustache = 0;  ///< length of their hair: 0 none … 1 full
  float scalp = 1;                 ///< density of the hair; 0 is bald
  float hairline = 0.75f;          ///< height of the hair's front edge above the eyes
  float recession = 0.05f;         ///< by which the temples are higher
  float volume = 0.08f;            ///< thickness of the hair
  float hair_length = 0;           ///< of hanging hair below the eyes; 0 is short hair

  Headgear headgear = Headgear::none;
  Rgb headgear_colour = {0.2f, 0.2f, 0.25f};
  Rgb shirt = {0.2f, 0.25f, 0.35f};
  Rgb glasses_colour = {0.02f, 0.02f, 0.02f};
  float glasses = 0;         ///< radius of the frame's wires; 0 is none
  float glasses_square = 0;  ///< 0 for round lenses … 1 for square ones
};

/// What lights a person: a key light, and a dome of one colour from above and another from below. Linear RGB.
struct PerformerLight {
  std::array<float, 3> key_direction = {-0.4f, 0.6f, 1.0f};
  Rgb key = {1.5f, 1.45f, 1.4f}, sky = {0.5f, 0.52f, 0.55f}, ground = {0.25f, 0.22f, 0.2f};
  float softness = 0.3f;  ///< of the key light's shadows, 0 … 1
};

}  // namespace vividface
