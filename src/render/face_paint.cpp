#include "render/face_paint.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/random.h"
#include "base/smooth_step.h"

namespace vividface {
namespace {

using Place = std::array<float, 3>;

// The chart's axis and heights, as in performer_shaders.h.
constexpr float kAxisZ = -0.55f, kLowest = -1.35f, kHighest = 1.30f;
constexpr float kTexelsPerDm = FacePaint::kHeight / (kHighest - kLowest);
constexpr int kCrownRows = static_cast<int>((kHighest - 1.15f) * kTexelsPerDm);
constexpr Place kNowhere = {0, -100, 0};
constexpr std::uint64_t kBrowStream = 1, kBeardStream = 2, kSpotStream = 3, kHairStream = 4;

struct Texel {
  float x, y;
};

float angle_of(const Place& p) { return std::atan2(p[0], p[2] - kAxisZ); }

Texel texel_of(const Place& p) {
  return {(angle_of(p) / (2 * std::numbers::pi_v<float>)+0.5f) * FacePaint::kWidth, (p[1] - kLowest) * kTexelsPerDm};
}

float window(float from, float to, float soft, float x) {
  return smooth_step(from - soft, from + soft, x) * (1 - smooth_step(to - soft, to + soft, x));
}

void splat(std::vector<float>& layer, float x, float y, float alpha) {
  const float fx = std::floor(x), fy = std::floor(y);
  const int x0 = static_cast<int>(fx), y0 = static_cast<int>(fy);
  for (int dy = 0; dy < 2; ++dy) {
    for (int dx = 0; dx < 2; ++dx) {
      const int row = y0 + dy, column = (x0 + dx) & (FacePaint::kWidth - 1);
      if (row < 0 || row >= FacePaint::kHeight) continue;
      const float weight = (dx ? x - fx : 1 - x + fx) * (dy ? y - fy : 1 - y + fy);
      float& value = layer[static_cast<std::size_t>(row) * FacePaint::kWidth + static_cast<std::size_t>(column)];
      value += alpha * weight * (1 - value);
    }
  }
}

/// A hair that grows from a texel in a direction (radians, 0 along the chart's x, a quarter turn up), thinner at its
/// tip.
void stroke(std::vector<float>& layer, Texel from, float direction, float bend, float length, float alpha) {
  constexpr float kStep = 0.7f;
  for (float gone = 0; gone < length; gone += kStep) {
    splat(layer, from.x, from.y, alpha * (1 - 0.7f * gone / length));
    from.x += kStep * std::cos(direction);
    from.y += kStep * std::sin(direction);
    direction += bend * kStep / length;
  }
}

void spot(std::vector<float>& layer, Texel centre, float radius, float change) {
  const int reach = static_cast<int>(std::ceil(radius * 1.5f));
  for (int dy = -reach; dy <= reach; ++dy) {
    for (int dx = -reach; dx <= reach; ++dx) {
      const int row = static_cast<int>(centre.y) + dy,
                column = (static_cast<int>(centre.x) + dx) & (FacePaint::kWidth - 1);
      if (row < 0 || row >= FacePaint::kHeight) continue;
      const float distance = std::hypot(static_cast<float>(dx), static_cast<float>(dy));
      layer[static_cast<std::size_t>(row) * FacePaint::kWidth + static_cast<std::size_t>(column)] +=
          change * (1 - smooth_step(0.6f * radius, 1.4f * radius, distance));
    }
  }
}

Texel centre_of(std::size_t texel, Random& random) {
  const std::size_t row = texel / FacePaint::kWidth, column = texel % FacePaint::kWidth;
  return {static_cast<float>(column) + random.uniform(), static_cast<float>(row) + random.uniform()};
}

/// How dense a brow is at a place: 0 … 1.
float brow_at(const PerformerLook& look, const Place& p) {
  const float x = std::abs(p[0]);
  // On the ridge, where the units that raise a brow lift the skin the most.
  const float middle = 0.175f + look.brow_height + (0.005f + 0.045f * look.brow_arch) * std::sin((x - 0.16f) * 5.6f) -
                       0.05f * smooth_step(0.42f, 0.58f, x);
  const float half = look.brow_thickness * (1 - 0.6f * smooth_step(0.30f, 0.58f, x));
  const float across = 1 - smooth_step(0.5f * half, 1.3f * half, std::abs(p[1] - middle));
  return across * window(0.115f, 0.53f, 0.035f, x);
}

float beard_at(const Place& p) {
  const float x = std::abs(p[0]);
  // From the sideburns down the cheek to the corners of the mouth, jaw and throat; not the lips.
  const float cheek_line = -0.55f + 0.5f * smooth_step(0.30f, 0.66f, x);
  const float lips = std::hypot(p[0] / 0.30f, (p[1] + 0.695f) / 0.10f);
  return (1 - smooth_step(cheek_line - 0.14f, cheek_line + 0.06f, p[1])) * smooth_step(0.95f, 1.2f, lips) *
         smooth_step(-1.30f, -1.05f, p[1]) * smooth_step(-0.62f, -0.45f, p[2]);
}

float moustache_at(const Place& p) {
  const float lips = std::hypot(p[0] / 0.30f, (p[1] + 0.695f) / 0.10f);
  return window(-0.70f, -0.505f, 0.03f, p[1]) * (1 - smooth_step(0.26f, 0.36f, std::abs(p[0]))) *
         smooth_step(0.9f, 1.1f, lips);
}

/// The height of the hair's lower edge around the head, by the angle from the front.
float hairline_at(const PerformerLook& look, float angle) {
  const float h = look.hairline, up = look.recession, side = std::min(h, 0.30f);
  const std::array<std::array<float, 2>, 9> points = {{{0, h},
                                                       {0.45f, h + up},
                                                       {0.78f, h - 0.06f + 0.6f * up},
                                                       {1.02f, side + 0.1f},
                                                       {1.16f, -0.02f},
                                                       {1.34f, -0.05f},
                                                       {1.48f, 0.33f},
                                                       {2.0f, 0.30f},
                                                       {2.4f, -0.75f}}};
  angle = std::abs(angle);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto [a0, y0] = points[i - 1];
    const auto [a1, y1] = points[i];
    if (angle < a1) return y0 + (y1 - y0) * smooth_step(a0, a1, angle);
  }
  return points.back()[1];
}

}  // namespace

FacePaint::FacePaint(const HeadTopology& topology)
    : places_(kWidth * kHeight, kNowhere), picture_(kWidth * kHeight * 4) {
  for (Layer* layer : {&brows_, &beard_, &pigment_, &hair_}) layer->resize(kWidth * kHeight);
  const auto radius = [](const Place& p) { return std::hypot(p[0], p[2] - kAxisZ); };
  for (std::size_t t = 0; t < topology.triangles.size(); ++t) {
    if (topology.materials[t] != Material::skin) continue;
    std::array<Place, 3> at;
    std::array<Texel, 3> c;
    for (std::size_t k = 0; k < 3; ++k) {
      at[k] = topology.reference[topology.triangles[t][k]];
      c[k] = texel_of(at[k]);
    }
    const auto [left, right] = std::minmax({c[0].x, c[1].x, c[2].x});
    const auto [low, high] = std::minmax({c[0].y, c[1].y, c[2].y});
    const float area = (c[1].x - c[0].x) * (c[2].y - c[0].y) - (c[2].x - c[0].x) * (c[1].y - c[0].y);
    if (right - left > kWidth / 2.f || std::abs(area) < 1e-6f) continue;  // across the seam at the back
    for (int y = std::max(0, static_cast<int>(low)); y <= std::min(kHeight - 1, static_cast<int>(high)); ++y) {
      for (int x = std::max(0, static_cast<int>(left)); x <= std::min(kWidth - 1, static_cast<int>(right)); ++x) {
        const float px = static_cast<float>(x) + 0.5f, py = static_cast<float>(y) + 0.5f;
        const float a = ((c[1].x - px) * (c[2].y - py) - (c[2].x - px) * (c[1].y - py)) / area;
        const float b = ((c[2].x - px) * (c[0].y - py) - (c[0].x - px) * (c[2].y - py)) / area;
        constexpr float kSlack = -0.02f;
        if (a < kSlack || b < kSlack || a + b > 1 - kSlack) continue;
        Place place;
        for (std::size_t k = 0; k < 3; ++k) place[k] = a * at[0][k] + b * at[1][k] + (1 - a - b) * at[2][k];
        Place& known = places_[static_cast<std::size_t>(y) * kWidth + static_cast<std::size_t>(x)];
        if (known == kNowhere || radius(place) > radius(known)) known = place;
      }
    }
  }
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i] == kNowhere) continue;
    if (places_[i][2] > -0.62f) front_.push_back(i);
    if (places_[i][1] > -0.9f) scalp_.push_back(i);
  }
}

const std::vector<std::uint8_t>& FacePaint::paint(const PerformerLook& look) {
  for (Layer* layer : {&brows_, &beard_, &pigment_, &hair_}) std::fill(layer->begin(), layer->end(), 0.f);
  paint_brows(look);
  paint_beard(look);
  paint_spots(look);
  paint_hair(look);
  const auto byte = [](float share) { return static_cast<std::uint8_t>(std::clamp(255 * share + 0.5f, 0.f, 255.f)); };
  for (std::size_t i = 0; i < places_.size(); ++i) {
    picture_[4 * i] = byte(brows_[i]);
    picture_[4 * i + 1] = byte(beard_[i]);
    picture_[4 * i + 2] = byte(0.502f + 0.5f * pigment_[i]);
    picture_[4 * i + 3] = byte(hair_[i]);
  }
  return picture_;
}

void FacePaint::paint_brows(const PerformerLook& look) {
  Random random(look.seed, kBrowStream);
  for (const std::size_t texel : front_) {
    const Place& p = places_[texel];
    if (p[1] < 0.05f || p[1] > 0.45f) continue;
    const float density = brow_at(look, p);
    if (density <= 0) continue;
    brows_[texel] = std::max(brows_[texel], 0.30f * density * look.brow_density);
    if (!random.chance(0.42f * density * look.brow_density)) continue;
    // Hairs stand up at the inner end and lie down outwards.
    const float outward = smooth_step(0.12f, 0.34f, std::abs(p[0]));
    const float lean = 1.35f - 1.35f * outward + random.bell(0.22f);
    const float direction = p[0] > 0 ? lean : std::numbers::pi_v<float> - lean;
    const float alpha = random.uniform(0.35f, 0.8f), length = random.uniform(6, 13);
    stroke(brows_, centre_of(texel, random), direction, p[0] > 0 ? -0.5f : 0.5f, length, alpha);
  }
}

void FacePaint::paint_beard(const PerformerLook& look) {
  if (look.stubble + look.beard + look.moustache <= 0) return;
  Random random(look.seed, kBeardStream);
  const float down = -std::numbers::pi_v<float> / 2;
  for (const std::size_t texel : front_) {
    const Place& p = places_[texel];
    if (p[1] > 0) continue;
    const float cheeks = beard_at(p), lip = moustache_at(p), jaw = cheeks * (1 - lip);
    const float shadow = look.stubble * std::max(cheeks, lip);
    const float length = std::max(look.beard * jaw, look.moustache * lip);
    beard_[texel] = std::max(beard_[texel], 0.28f * shadow + 0.6f * smooth_step(0, 0.8f, length));
    if (random.chance(0.25f * shadow)) {
      // A draw each, where one would do: the pictures of a seed stay what they are.
      const float y = centre_of(texel, random).y, x = centre_of(texel, random).x;
      splat(beard_, x, y, 0.5f);
    }
    if (!random.chance(0.30f * length)) continue;
    const float alpha = random.uniform(0.3f, 0.9f), long_by = random.uniform(3, 5 + 14 * length);
    const float bend = random.bell(0.4f), direction = down + random.bell(0.3f) + 0.8f * p[0] * lip;
    stroke(beard_, centre_of(texel, random), direction, bend, long_by, alpha);
  }
}

void FacePaint::paint_spots(const PerformerLook& look) {
  Random random(look.seed, kSpotStream);
  const auto scatter = [&](int count, float least_radius, float most_radius, float change, auto&& where) {
    for (int i = 0; i < count; ++i) {
      const std::size_t texel = front_[random.below(front_.size())];
      const float radius = random.uniform(least_radius, most_radius), by = change * random.uniform(0.4f, 1);
      if (random.chance(where(places_[texel]))) spot(pigment_, centre_of(texel, random), radius, by);
    }
  };
  const auto anywhere = [](const Place&) { return 1.f; };
  const auto cheeks = [](const Place& p) {
    return window(-0.45f, 0.10f, 0.12f, p[1]) * (1 - smooth_step(0.45f, 0.70f, std::abs(p[0])));
  };
  scatter(static_cast<int>(900 * look.freckles), 1.0f, 2.4f, -0.30f, cheeks);
  scatter(static_cast<int>(500 * look.freckles), 1.0f, 2.2f, -0.22f, anywhere);
  const auto moles = static_cast<int>(random.below(5)), old_spots = static_cast<int>(40 * look.age * look.blotches),
             areas = static_cast<int>(60 * look.blotches);
  scatter(moles, 1.5f, 3.2f, -0.9f, anywhere);
  scatter(old_spots, 3.0f, 8.0f, -0.22f, anywhere);
  scatter(areas, 8.0f, 30.0f, 0.10f, anywhere);  // light and dark ones
  scatter(areas, 8.0f, 30.0f, -0.10f, anywhere);
}

void FacePaint::paint_hair(const PerformerLook& look) {
  if (look.scalp <= 0) return;
  Random random(look.seed, kHairStream);
  const float down = -std::numbers::pi_v<float> / 2;
  // The crown is a point, which no texel of the chart's last rows lies on.
  std::fill(hair_.end() - static_cast<std::ptrdiff_t>(kCrownRows) * kWidth, hair_.end(),
            look.hairline < 1 ? look.scalp : 0);
  for (const std::size_t texel : scalp_) {
    const Place& p = places_[texel];
    const float above = p[1] - hairline_at(look, angle_of(p));
    const float inside = smooth_step(-0.02f, 0.10f, above);
    hair_[texel] = std::max(hair_[texel], look.scalp * inside);
    // Strands stick out over the edge.
    if (above > -0.01f && above < 0.12f && random.chance(0.10f * look.scalp)) {
      const float alpha = random.uniform(0.3f, 0.9f) * look.scalp, length = random.uniform(8, 26);
      const float bend = random.bell(0.5f), direction = down + random.bell(0.5f);
      stroke(hair_, centre_of(texel, random), direction, bend, length, alpha);
    }
  }
}

}  // namespace vividface
