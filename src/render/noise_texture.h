#pragma once

#include <cstdint>
#include <vector>

namespace vividface {

inline constexpr int kNoiseSize = 256;  ///< texels a side

/// RGBA that tiles: fine grain, large patches, strands along y, other large patches; each about 128 on average.
std::vector<std::uint8_t> make_noise();

}  // namespace vividface
