#include <cmath>

#include "fuzz/fuzz.h"
#include "robot/controls.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  expect_parsed_or_refused([&] {
    auto json = stream_of(data, size);
    const ControlTable table = ControlTable::parse(json, "fuzz.json");
    for (const ControlSpec& spec : table.specs()) {
      for (const ControlRange range : {spec.shadowing, spec.dataset})
        require(std::isfinite(range.min) && std::isfinite(range.max) && range.min < range.max, "a range is finite");
      require(spec.neutral >= spec.shadowing.min && spec.neutral <= spec.shadowing.max, "neutral is in range");
    }
  });
  return 0;
}
