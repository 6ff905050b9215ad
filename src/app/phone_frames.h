#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace vividface {

using Jpeg = std::vector<std::uint8_t>;

/// A clip as the published web page would send it: the middle of each frame, 480×360, JPEG of quality 0.8. At most 300
/// frames. `clip`: a video or a folder of images; empty: the one that the project comes with. Throws InputError when no
/// frame can be read.
std::vector<Jpeg> phone_frames(const std::filesystem::path& clip);

}  // namespace vividface
