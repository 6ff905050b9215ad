#include <cmath>

#include "fuzz/fuzz.h"
#include "robot/profile_file.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto check = [](const Profile& profile) {
    const ControlTable& table = ControlTable::ameca();
    ControlVector controls;
    controls.fill(0.9f);
    controls = profile.apply(controls);
    for (std::size_t i = 0; i < kControlCount; ++i) {
      const auto [min, max] = table[i].shadowing;
      require(controls[i] >= min && controls[i] <= max, "a profile only narrows");
    }
    require(profile_of_toml(to_toml(profile.settings()), "again").settings() == profile.settings(), "it reads back");
  };
  expect_parsed_or_refused([&] { check(profile_of_toml(text, "fuzz.toml")); });
  expect_parsed_or_refused([&] { check(profile_of_json(text, "fuzz.json")); });
  return 0;
}
