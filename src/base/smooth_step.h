#pragma once

#include <algorithm>

namespace vividface {

/// 0 up to `from`, 1 beyond `to`, and smoothly in between, as GLSL's smoothstep. `from` ≠ `to`.
inline float smooth_step(float from, float to, float x) {
  const float t = std::clamp((x - from) / (to - from), 0.f, 1.f);
  return t * t * (3 - 2 * t);
}

}  // namespace vividface
