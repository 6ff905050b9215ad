#include "fuzz/fuzz.h"
#include "server/serve_config.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  expect_parsed_or_refused([&] {
    auto toml = stream_of(data, size);
    ServeConfig config;
    config.override_by(toml, "fuzz.toml");
    config.check();
    require(config.port >= 0 && config.port <= 65535, "a port is one");
    std::istringstream again(config.to_toml());
    ServeConfig same;
    same.override_by(again, "again.toml");
    require(same.to_toml() == config.to_toml(), "it reads back what it says");
  });
  return 0;
}
