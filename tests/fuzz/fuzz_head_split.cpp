#include <cmath>

#include "fuzz/fuzz.h"
#include "motion/head_pose.h"
#include "robot/controls.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  expect_parsed_or_refused([&] {
    auto json = stream_of(data, size);
    const HeadSplit split = HeadSplit::parse(json, "fuzz.json");
    for (const HeadAngles& angles : {HeadAngles{}, HeadAngles{90, -45, 30}, HeadAngles{-180, 90, -180}}) {
      ControlVector controls = ControlTable::ameca().neutral();
      split.apply(head_rotation(angles), controls);
      require(controls == ControlTable::ameca().clamp(controls), "every control stays in its range");
    }
  });
  return 0;
}
