#include "fuzz/fuzz.h"
#include "server/frame_intake.h"
#include "server/frame_message.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr long kLargestPicture = 1 << 20;
  std::string reason = "taken";
  std::optional<std::uint64_t> captured_us;
  expect_parsed_or_refused([&] {
    const FrameMessage frame = parse_frame_message({data, size});
    captured_us = frame.captured_us;
    require(frame.jpeg.data() + frame.jpeg.size() == data + size, "the picture is the rest of the message");
    if (const auto refused = picture_refusal(frame.jpeg, kLargestPicture)) reason = refused->line;
  });
  require(!frame_answer(captured_us, FrameFate::refused, reason).empty(), "every message is answered");
  const std::string_view any_text(reinterpret_cast<const char*>(data), size);
  const std::string answer = frame_answer(captured_us, FrameFate::refused, any_text);
  require(answer.find('\n') == std::string::npos, "an answer is one line");
  return 0;
}
