#pragma once

#include <cstddef>
#include <cstdint>

namespace vividface {

/// Random numbers that are the same on every machine and depend on nothing but (seed, stream): SplitMix64. The standard
/// library's distributions differ from one implementation to the next. Two draws in one argument list or expression
/// come in the compiler's order: give each a name before.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : state_(mixed(seed + kStep) ^ mixed(stream * kStep + 1)) {}

  std::uint64_t bits() { return mixed(state_ += kStep); }
  /// Uniform in [0, 1).
  float uniform() { return static_cast<float>(bits() >> 40) * 0x1p-24f; }
  float uniform(float from, float to) { return from + (to - from) * uniform(); }
  bool chance(float probability) { return uniform() < probability; }
  /// Uniform in 0 … count − 1.
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(bits() % count); }
  /// Roughly normal with this standard deviation, never beyond ±3 of it (the sum of twelve uniforms, scaled).
  float bell(float deviation) {
    float sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return deviation * (sum < -3 ? -3 : sum > 3 ? 3 : sum);
  }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15;
  static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint64_t state_;
};

}  // namespace vividface
