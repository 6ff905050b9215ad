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
  ov::InferRequest request;
  struct Output {
    const float* data;
    std::size_t size;
  };
  std::vector<Output> outputs;
};

Network::Network(const NetworkSpec& spec, int threads) : impl_(std::make_unique<Impl>()) {
  const auto path = third_party(spec.file);
  check_file(path, spec.hash);

  static ov::Core core;  // thread-safe; loading its plugins is the slow part
  auto model = core.read_model(path.string());
  const auto height = static_cast<std::size_t>(spec.input.height), width = static_cast<std::size_t>(spec.input.width);
  model->reshape(ov::PartialShape(ov::Shape{static_cast<std::size_t>(spec.batch), height, width, 3}));

  ov::preprocess::PrePostProcessor pixels(model);
  pixels.input().tensor().set_element_type(ov::element::u8).set_layout("NHWC");
  pixels.input().model().set_layout("NHWC");
  pixels.input().preprocess().convert_element_type(ov::element::f32).mean(spec.mean).scale(spec.scale);
  model = pixels.build();

  auto compiled =
      core.compile_model(model, "CPU", ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
                         ov::num_streams(1), ov::inference_num_threads(threads),
                         ov::hint::inference_precision(ov::element::f32), ov::hint::enable_cpu_pinning(false));
  impl_->request = compiled.create_infer_request();

  auto input = impl_->request.get_input_tensor();
  for (int item = 0; item < spec.batch; ++item) {
    inputs_.emplace_back(spec.input, CV_8UC3, input.data<std::uint8_t>() + item * height * width * 3);
  }
  // A model's outputs are told apart by their sizes: their order is an accident of the file.
  for (const std::size_t size : spec.outputs) {
    for (std::size_t i = 0; i < compiled.outputs().size(); ++i) {
      auto tensor = impl_->request.get_output_tensor(i);
      if (tensor.get_size() == size * spec.batch) impl_->outputs.push_back({tensor.data<float>(), size});
    }
  }
  if (impl_->outputs.size() != spec.outputs.size())
    throw InputError(path.string() + ": the model's outputs have other shapes");
}

Network::~Network() = default;

void Network::run() { impl_->request.infer(); }

std::span<const float> Network::output(int index, int item) const {
  const auto& output = impl_->outputs[index];
  return {output.data + item * output.size, output.size};
}

}  // namespace vividface
