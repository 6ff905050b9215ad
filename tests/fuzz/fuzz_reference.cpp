#include "fuzz/fuzz.h"
#include "motion/reference.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  expect_parsed_or_refused([&] {
    const Reference reference = Reference::parse({data, size}, "fuzz.cbor");
    require(reference.picture.type() == CV_8UC3 && !reference.picture.empty(), "a reference has a picture");
    for (const auto& eyes : {reference.lids.shut, reference.lids.wide}) {
      for (const float opening : eyes.value_or(EyelidEndpoints::PerEye{})) {
        require(opening >= EyelidEndpoints::kLeast && opening <= EyelidEndpoints::kMost, "a lid's end is an opening");
      }
    }
    const auto shape = ReferenceShape::of(reference.face);
    require(shape && shape->canonical.allFinite(), "a reference has a face");
  });
  return 0;
}
