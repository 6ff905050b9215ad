#include <numeric>

#include "checkpoint/safetensors.h"
#include "fuzz/fuzz.h"
#include "mapping/expression_gain.h"
#include "mapping/mapping_architecture.h"

using namespace vividface;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  expect_parsed_or_refused([&] {
    const auto file = Safetensors::parse(std::as_bytes(std::span(data, size)), "fuzz.safetensors");
    std::size_t total = 0;
    for (const auto& [key, view] : file.tensors()) {
      total += view.bytes.size();
      const auto count = std::accumulate(view.shape.begin(), view.shape.end(), std::int64_t{1}, std::multiplies<>());
      require(count == view.element_count(), "a tensor has as many elements as its shape says");
      if (view.type == TensorType::f32 || view.type == TensorType::f16 || view.type == TensorType::bf16)
        require(file.floats(key).size() == static_cast<std::size_t>(count), "every float of a tensor can be read");
    }
    require(total <= size, "the tensors lie within the file and do not overlap");
    ControlVector controls = ControlTable::ameca().neutral();
    ExpressionGain::of(file).apply(controls);
    require(controls == ControlTable::ameca().neutral(), "gains leave the neutral face");
    const MappingArchitecture architecture = read_architecture(file);
    require(architecture.base_channels > 0 && architecture.input_size > 0, "a network has a size");
    const auto [left, top, side] = architecture.crop;
    require(left >= 0 && top >= 0 && side > 0 && left + side <= 1 && top + side <= 1, "a crop lies in the picture");
  });
  return 0;
}
