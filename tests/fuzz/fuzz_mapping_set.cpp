#include <cmath>
#include <fstream>

#include "fuzz/fuzz.h"
#include "temporary_folder.h"
#include "train/mapping_set.h"

using namespace vividface;

namespace {

/// A data set's folder with the pictures that the corpus names.
const std::filesystem::path& folder() {
  static const TemporaryFolder folder;
  static const bool made = [] {
    std::filesystem::create_directories(folder / "canonical");
    std::filesystem::create_directories(folder / "animated");
    std::ofstream(folder / "canonical/0.jpg");
    std::ofstream(folder / "animated/1.jpg");
    return true;
  }();
  static_cast<void>(made);
  return folder.path();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  expect_parsed_or_refused([&] {
    auto index = stream_of(data, size);
    for (const MappingSample& sample : parse_mapping_set(index, folder())) {
      require(!sample.canonical.empty() || !sample.animated.empty(), "a row has a picture");
      for (const float value : sample.controls) require(std::isfinite(value), "a control is finite");
    }
  });
  return 0;
}
