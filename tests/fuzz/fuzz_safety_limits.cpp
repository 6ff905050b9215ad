#include "fuzz/fuzz.h"
#include "robot/controls.h"
#include "robot/safety_limits.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  expect_parsed_or_refused([&] {
    auto json = stream_of(data, size);
    const SafetyLimits limits = SafetyLimits::parse(json, "fuzz.json", ControlTable::ameca());
    for (const double rate : limits.fastest) require(rate > 0, "every control can move");
    require(limits.hold + limits.ease <= 2, "neutral is reached in time");
  });
  return 0;
}
