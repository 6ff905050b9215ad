#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "server/frame_fate.h"
#include "server/refusal.h"

namespace vividface {

/// A picture as a client sent it.
struct IncomingFrame {
  std::vector<std::uint8_t> jpeg;
  FrameReport report{};  ///< told once what became of it, unless it is refused; may be empty
};

/// Looks at a picture's header before anybody decodes it: nothing where it may be taken. Refused are what is no JPEG
/// (400) and a picture of more than `max_pixels` (413).
std::optional<Refusal> picture_refusal(std::span<const std::uint8_t> jpeg, long max_pixels);

}  // namespace vividface
