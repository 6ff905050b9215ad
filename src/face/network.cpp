#include "face/network.h"

#include <fstream>
#include <iterator>
#include <openvino/core/preprocess/pre_post_process.hpp>
#include <openvino/openvino.hpp>

#include "base/error.h"
#include "base/resources.h"

namespace vividface {
namespace {

std::uint64_t fnv1a(std::span<const char> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return hash;
}

void check_file(const std::filesystem::path& path, std::uint64_t expected) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  if (fnv1a(bytes) != expected) {
    throw InputError("altered model file " + path.string() +
                     ": its bytes are not those of the published model; run scripts/setup");
  }
}

}  // namespace

struct Network::Impl {
  struct Output {
    const float* data;
    std::size_t size;
  };
  struct Item {
    ov::InferRequest request;
    std::vector<Output> outputs;
  };
  std::vector<Item> items;
};

Network::Network(const NetworkSpec& spec) : impl_(std::make_unique<Impl>()) {
  const auto path = third_party(spec.file);
  check_file(path, spec.hash);

  static ov::Core core;  // thread-safe; loading its plugins is the slow part
  auto model = core.read_model(path.string());
  const auto height = static_cast<std::size_t>(spec.input.height), width = static_cast<std::size_t>(spec.input.width);
  model->reshape(ov::PartialShape(ov::Shape{1, height, width, 3}));

  ov::preprocess::PrePostProcessor pixels(model);
  pixels.input().tensor().set_element_type(ov::element::u8).set_layout("NHWC");
  pixels.input().model().set_layout("NHWC");
  pixels.input().preprocess().convert_element_type(ov::element::f32).mean(spec.mean).scale(spec.scale);
  model = pixels.build();

  // One thread: a second one, or a stream for each eye, gained nothing measurable on 2 cores, in networks of many small
  // layers with pauses between.
  auto compiled =
      core.compile_model(model, "CPU", ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
                         ov::num_streams(1), ov::inference_num_threads(1),
                         ov::hint::inference_precision(ov::element::f32), ov::hint::enable_cpu_pinning(false));
  for (int i = 0; i < spec.items; ++i) {
    Impl::Item& item = impl_->items.emplace_back(Impl::Item{compiled.create_infer_request(), {}});
    inputs_.emplace_back(spec.input, CV_8UC3, item.request.get_input_tensor().data<std::uint8_t>());
    // A model's outputs are told apart by their sizes: their order is an accident of the file.
    for (const std::size_t size : spec.outputs) {
      for (std::size_t k = 0; k < compiled.outputs().size(); ++k) {
        auto tensor = item.request.get_output_tensor(k);
        if (tensor.get_size() == size) item.outputs.push_back({tensor.data<float>(), size});
      }
    }
    if (item.outputs.size() != spec.outputs.size())
      throw InputError(path.string() + ": the model's outputs have other shapes");
  }
}

Network::~Network() = default;

void Network::run() {
  for (Impl::Item& item : impl_->items) item.request.infer();
}

std::span<const float> Network::output(int index, int item) const {
  const auto& output = impl_->items[item].outputs[index];
  return {output.data, output.size};
}

}  // namespace vividface
