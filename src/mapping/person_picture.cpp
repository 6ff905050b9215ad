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
  std::uint64_t sum_of_levels = 0, sum_of_squares = 0;
  for (const std::uint32_t level : grey) sum_of_levels += level, sum_of_squares += level * level;
  const auto sum = static_cast<double>(sum_of_levels), squares = static_cast<double>(sum_of_squares);
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
  std::array<std::uint8_t, 256> rest_bytes, now_bytes;
  for (std::size_t level = 0; level < 256; ++level) {
    rest_bytes[level] = byte(kMiddle + kContrast * rest_levels[level]);
    now_bytes[level] = byte(kMiddle + kContrast * now_levels[level]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    picture[3 * i] = rest_bytes[rest[i]];
    picture[3 * i + 1] = now_bytes[now[i]];
    picture[3 * i + 2] =
        byte(kMiddle + kPersonDifferenceGain * kContrast * (now_levels[now[i]] - rest_levels[rest[i]]));
  }
}

}  // namespace vividface
