#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "server/frame_fate.h"

namespace vividface {

/// A frame as a binary message of the WebSocket /ws/stream carries it:
///
///   byte 0…1   'V' 'F'
///   byte 2     version: 1
///   byte 3     0
///   byte 4…11  capture time, µs by the sender's clock, little-endian, below 2⁵³
///   byte 12…   a JPEG
struct FrameMessage {
  std::uint64_t captured_us;
  std::span<const std::uint8_t> jpeg;  ///< in the message
};
inline constexpr std::size_t kFrameHeaderSize = 12;

/// Throws InputError for what is no such message. The JPEG is not looked at.
FrameMessage parse_frame_message(std::span<const std::uint8_t> message);

/// The JSON that answers it: {"v":1,"captured_us":…,"frame":"shadowed"}, where frame is a name of FrameFate; "reason"
/// is there where there is one, and captured_us is null where the message did not tell.
std::string frame_answer(std::optional<std::uint64_t> captured_us, FrameFate fate, std::string_view reason);

}  // namespace vividface
