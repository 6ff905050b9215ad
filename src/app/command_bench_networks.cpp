#include <torch/torch.h>

#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "app/commands.h"
#include "base/error.h"
#include "mapping/mapping_module.h"
#include "transfer/liveportrait/filled_weights.h"
#include "transfer/liveportrait/network_bench.h"

namespace vividface {
namespace {

/// M2 at the published size, weights by formula, reading I_m at any size.
liveportrait::Streaming::Mapping mapping_network(torch::Device device, torch::Dtype dtype) {
  const MappingArchitecture architecture;
  const auto module = std::make_shared<MappingModule>(architecture);
  const auto weights = liveportrait::filled_weights('X');
  for (auto& parameter : module->named_parameters()) parameter.value().set_data(weights[parameter.key()]);
  for (auto& buffer : module->named_buffers()) {
    if (weights.has(buffer.key())) buffer.value().copy_(weights[buffer.key()]);
  }
  module->eval();
  module->to(device, dtype);
  for (auto& parameter : module->parameters()) {
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
  }
  // mean and deviation are on the device before any frame: a captured graph cannot copy from the host
  const auto channelwise = [device](const std::array<float, 3>& v) {
    return torch::tensor({v[0], v[1], v[2]}).view({1, 3, 1, 1}).to(device);
  };
  return [module, size = architecture.input_size, mean = channelwise(architecture.mean),
          deviation = channelwise(architecture.deviation), dtype](const torch::Tensor& picture) {
    const auto small = torch::upsample_bilinear2d(picture.to(torch::kFloat32), {size, size}, false);
    const auto input = ((small - mean) / deviation).to(dtype).contiguous(torch::MemoryFormat::ChannelsLast);
    return module->forward(input).y;
  };
}

}  // namespace

void add_bench_networks(CLI::App& program) {
  struct Options {
    std::string device = "cpu", precision = "fp32";
    int frames = 100;
  };
  const auto benches = program.get_subcommands([](const CLI::App* app) { return app->get_name() == "bench"; });
  auto* bench = benches.empty() ? program.add_subcommand("bench", "Measure this computer") : benches.front();
  bench->require_subcommand(1);
  auto* command = bench->add_subcommand("networks", "Time the published networks: each one and the whole frame");
  const auto options = std::make_shared<Options>();
  command->add_option("--device", options->device, "cpu or cuda:N")->capture_default_str();
  command->add_option("--precision", options->precision, "fp32 or fp16")
      ->check(CLI::IsMember({"fp32", "fp16"}))
      ->capture_default_str();
  command->add_option("--frames", options->frames, "timed frames")->check(CLI::Range(1, 100000))->capture_default_str();
  command->footer("Example: vividface bench networks --device cuda:0 --precision fp16 --frames 300");
  command->callback([options] {
    std::map<char, liveportrait::Weights> checkpoints;
    for (const char letter : {'F', 'M', 'W', 'G', 'S'})
      checkpoints.emplace(letter, liveportrait::filled_weights(letter));
    liveportrait::BenchOptions timing;
    try {
      timing.device = torch::Device(options->device);
    } catch (const c10::Error&) {
      throw InputError("--device " + options->device + ": expected cpu or cuda:0");
    }
    if (timing.device.is_cuda() && !torch::cuda::is_available()) {
      throw InputError("--device " + options->device +
                       ": this program's libtorch sees no CUDA device; use --device cpu");
    }
    timing.half = options->precision == "fp16";
    timing.frames = options->frames;
    std::cout << "weights by formula, not trained ones: speed is the same\n";
    bench_networks(checkpoints, mapping_network, timing, std::cout);
  });
}

}  // namespace vividface
