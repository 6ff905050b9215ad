#include <cmath>

#include "fuzz/fuzz.h"
#include "robot/control_file.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  expect_parsed_or_refused([&] {
    auto csv = stream_of(data, size);
    for (const ControlRow& row : parse_control_file(csv, "fuzz.csv")) {
      require(std::isfinite(row.time_s), "a time is finite");
      for (const float value : row.controls) require(std::isfinite(value), "a control is finite");
    }
  });
  return 0;
}
