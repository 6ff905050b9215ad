#include "fuzz/fuzz.h"
#include "links/curve_key.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  expect_parsed_or_refused([&] {
    auto text = stream_of(data, size);
    const CurveKey key = CurveKey::parse(text, "fuzz.key");
    require(key.public_key.size() == 40 && key.secret_key.size() == 40, "a key has 40 characters");
  });
  return 0;
}
