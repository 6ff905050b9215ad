#include "render/noise_texture.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace vividface {
namespace {

using Layer = std::vector<float>;

/// Smooth random values on a grid of `columns` × `rows` cells, which tiles.
Layer lattice(int columns, int rows, std::uint64_t stream) {
  Random random(0, stream);
  Layer corners(static_cast<std::size_t>(columns) * rows), out(kNoiseSize * kNoiseSize);
  for (float& corner : corners) corner = random.uniform(-1, 1);
  const auto smooth = [](float t) { return t * t * (3 - 2 * t); };
  for (int y = 0; y < kNoiseSize; ++y) {
    for (int x = 0; x < kNoiseSize; ++x) {
      const float u = static_cast<float>(x * columns) / kNoiseSize, v = static_cast<float>(y * rows) / kNoiseSize;
      const int column = static_cast<int>(u), row = static_cast<int>(v);
      const float fx = smooth(u - static_cast<float>(column)), fy = smooth(v - static_cast<float>(row));
      const auto at = [&](int dx, int dy) {
        return corners[static_cast<std::size_t>((row + dy) % rows) * columns +
                       static_cast<std::size_t>((column + dx) % columns)];
      };
      out[static_cast<std::size_t>(y) * kNoiseSize + x] =
          (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy;
    }
  }
  return out;
}

Layer octaves(int columns, int rows, int count, float fade, std::uint64_t stream) {
  Layer sum(kNoiseSize * kNoiseSize);
  float weight = 1;
  for (int i = 0; i < count; ++i, weight *= fade) {
    const Layer layer = lattice(std::min(columns << i, kNoiseSize), std::min(rows << i, kNoiseSize),
                                stream + static_cast<std::uint64_t>(i));
    for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += weight * layer[k];
  }
  // One spread for all, so that a share of it means the same everywhere.
  float square = 0;
  for (const float value : sum) square += value * value;
  const float scale = 0.22f / std::sqrt(square / static_cast<float>(sum.size()));
  for (float& value : sum) value *= scale;
  return sum;
}

}  // namespace

std::vector<std::uint8_t> make_noise() {
  const Layer layers[] = {octaves(64, 64, 3, 0.8f, 100), octaves(4, 4, 5, 0.55f, 200), octaves(64, 2, 2, 0.9f, 300),
                          octaves(3, 3, 5, 0.6f, 400)};
  std::vector<std::uint8_t> rgba(kNoiseSize * kNoiseSize * 4);
  for (std::size_t i = 0; i < rgba.size(); ++i)
    rgba[i] = static_cast<std::uint8_t>(std::clamp(128 + 255 * layers[i % 4][i / 4], 0.f, 255.f));
  return rgba;
}

}  // namespace vividface
