#include "face/network.h"

#include <fstream>
#include <iterator>
#include <openvino/openvino.hpp>

#include "base/error.h"
#include "base/fnv1a.h"
#include "base/resources.h"
#include "face/attention_mesh_ops.h"

namespace vividface {
namespace {

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
  ov::InferRequest request;
  cv::Mat seen;  // the model's own input
  double scale = 1, offset = 0;
  std::vector<Output> outputs;
};

Network::Network(const NetworkSpec& spec) : impl_(std::make_unique<Impl>()) {
  const auto path = third_party(spec.file);
  check_file(path, spec.hash);

  // Thread-safe; loading its plugins is the slow part.
  static ov::Core core = [] {
    ov::Core with_ops;
    add_attention_mesh_ops(with_ops);
    return with_ops;
  }();
  auto model = core.read_model(path.string());
  const auto height = static_cast<std::size_t>(spec.input.height), width = static_cast<std::size_t>(spec.input.width);
  model->reshape(ov::PartialShape(ov::Shape{1, height, width, 3}));

  // One thread: a second one gained nothing measurable on 2 cores, in networks of many small layers.
  auto compiled =
      core.compile_model(model, "CPU", ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
                         ov::num_streams(1), ov::inference_num_threads(1),
                         ov::hint::inference_precision(ov::element::f32), ov::hint::enable_cpu_pinning(false));
  impl_->request = compiled.create_infer_request();
  input_.create(spec.input, CV_8UC3);
  impl_->seen = cv::Mat(spec.input, CV_32FC3, impl_->request.get_input_tensor().data<float>());
  impl_->scale = 1 / spec.scale;
  impl_->offset = -spec.mean / spec.scale;
  for (const auto& [name, size] : spec.outputs) {
    for (const auto& output : compiled.outputs()) {
      const auto tensor = impl_->request.get_tensor(output);
      if (output.get_names().contains(name) && tensor.get_size() == size)
        impl_->outputs.push_back({tensor.data<float>(), size});
    }
  }
  if (impl_->outputs.size() != spec.outputs.size())
    throw InputError(path.string() + ": the model's outputs have other shapes");
}

Network::~Network() = default;

// The conversion is no part of the model: OpenVINO would transpose the bytes first, and the floats once more.
void Network::run() {
  input_.convertTo(impl_->seen, CV_32F, impl_->scale, impl_->offset);
  impl_->request.infer();
}

std::span<const float> Network::output(int index) const {
  const auto& output = impl_->outputs[index];
  return {output.data, output.size};
}

}  // namespace vividface
