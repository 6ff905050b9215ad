#include <numeric>

#include "checkpoint/pth.h"
#include "fuzz/fuzz.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  expect_parsed_or_refused([&] {
    const auto file = Pth::parse(std::as_bytes(std::span(data, size)), "fuzz.pth");
    for (const auto& [key, view] : file.tensors()) {
      const auto count = std::accumulate(view.shape.begin(), view.shape.end(), std::int64_t{1}, std::multiplies<>());
      require(count == view.element_count(), "a tensor has as many elements as its shape says");
      require(view.bytes.size() <= size, "a tensor is no larger than the file");
      std::size_t sum = 0;
      for (const std::byte byte : view.bytes.first(std::min<std::size_t>(view.bytes.size(), 4096)))
        sum += static_cast<std::size_t>(byte);
      require(sum <= 255 * size, "every byte can be read");
    }
  });
  return 0;
}
