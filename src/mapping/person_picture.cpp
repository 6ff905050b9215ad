#include "mapping/person_picture.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vividface {
namespace {

constexpr float kLeastDeviation = 4;            // grey levels: a face that is hardly seen is not blown up to noise
constexpr float kMiddle = 128, kContrast = 40;  // levels, and levels a deviation

/// A grey level's place about the mean of all, in their deviation.
std::array<float, 256> standardised(std::span<const std::uint8_t> grey) {
  double sum = 0, squares = 0;
  for (const std::uint8_t level : grey) sum += level, squares += static_cast<double>(level) * level;
  const double n = static_cast<double>(grey.size()), mean = sum / n;
  const double deviation = std::sqrt(std::max(0.0, squares / n - mean * mean)) + kLeastDeviation;
  std::array<float, 256> levels;
  for (std::size_t i = 0; i < levels.size(); ++i)
    levels[i] = static_cast<float>((static_cast<double>(i) - mean) / deviation);
  return levels;
}

std::uint8_t byte(float value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.f, 255.f)); }

}  // namespace

void person_picture(std::span<const std::uint8_t> grey, std::span<std::uint8_t> picture) {
  const std::size_t count = grey.size() / 2;
  const auto rest = grey.first(count), now = grey.last(count);
  const auto rest_levels = standardised(rest), now_levels = standardised(now);
  for (std::size_t i = 0; i < count; ++i) {
    const float then = rest_levels[rest[i]], here = now_levels[now[i]];
    picture[3 * i] = byte(kMiddle + kContrast * then);
    picture[3 * i + 1] = byte(kMiddle + kContrast * here);
    picture[3 * i + 2] = byte(kMiddle + kPersonDifferenceGain * kContrast * (here - then));
  }
}

}  // namespace vividface
