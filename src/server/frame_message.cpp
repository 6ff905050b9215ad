#include "server/frame_message.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace vividface {

FrameMessage parse_frame_message(std::span<const std::uint8_t> message) {
  constexpr std::uint8_t kVersion = 1;
  constexpr std::uint64_t kExactInJson = std::uint64_t{1} << 53;
  if (message.size() < kFrameHeaderSize) throw InputError("a frame has a header of 12 bytes");
  if (message[0] != 'V' || message[1] != 'F') throw InputError("a frame begins with VF");
  if (message[2] != kVersion || message[3] != 0) throw InputError("this server knows version 1 of the frame's header");
  std::uint64_t captured_us = 0;
  for (std::size_t i = 0; i < sizeof captured_us; ++i) captured_us |= std::uint64_t{message[4 + i]} << (8 * i);
  if (captured_us >= kExactInJson) throw InputError("a capture time is below 2^53 us");
  return {.captured_us = captured_us, .jpeg = message.subspan(kFrameHeaderSize)};
}

std::string frame_answer(std::optional<std::uint64_t> captured_us, FrameFate fate, std::string_view reason) {
  nlohmann::ordered_json answer = {{"v", 1}, {"captured_us", nullptr}, {"frame", name(fate)}};
  if (captured_us) answer["captured_us"] = *captured_us;
  if (!reason.empty()) answer["reason"] = reason;
  return answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace vividface
