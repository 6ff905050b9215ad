#include <torch/torch.h>

#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "app/commands.h"
#include "base/error.h"
#include "base/keep_memory.h"
#include "mapping/picture_mapping.h"
#include "transfer/liveportrait/filled_weights.h"
#include "transfer/liveportrait/network_bench.h"
#include "transfer/liveportrait/plain_bench.h"

namespace vividface {
namespace {

/// M2 at the published size, weights by formula.
liveportrait::Streaming::Mapping mapping_network(torch::Device device, torch::Dtype dtype) {
  const torch::NoGradGuard no_grad;
  const auto module = std::make_shared<MappingModule>(MappingArchitecture());
  const auto weights = liveportrait::filled_weights('X');
  for (auto& parameter : module->named_parameters()) parameter.value().copy_(weights[parameter.key()]);
  for (auto& buffer : module->named_buffers()) {
    if (weights.has(buffer.key())) buffer.value().copy_(weights[buffer.key()]);
  }
  return PictureMapping(module, device, dtype);
}

}  // namespace

void add_bench_networks(CLI::App& program) {
  struct Options {
    std::string device = "cpu", precision = "fp32";
    int frames = 100;
    bool compare_plain = false;
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
  command->add_flag("--compare-plain", options->compare_plain,
                    "On the CPU: whole frames beside the same networks without the reductions, turn by turn");
  command->footer("Example: vividface bench networks --device cuda:0 --precision fp16 --frames 300");
  command->callback([options] {
    std::map<char, liveportrait::Weights> checkpoints;
    for (const char letter : {'F', 'M', 'W', 'G', 'S'})
      checkpoints.emplace(letter, liveportrait::filled_weights(letter));
    liveportrait::BenchOptions timing;
    timing.place = liveportrait::Placement::named(options->device, options->precision);
    timing.frames = options->frames;
    std::cout << "weights by formula, not trained ones: speed is the same\n";
    liveportrait::compute_on_all_cores();
    keep_memory();
    if (options->compare_plain) {
      if (timing.place.device.is_cuda()) throw InputError("--compare-plain: on the CPU alone; leave --device away");
      bench_against_plain(checkpoints, mapping_network(torch::kCPU, torch::kFloat32), options->frames, std::cout);
      return;
    }
    bench_networks(checkpoints, mapping_network, timing, std::cout);
  });
}

}  // namespace vividface
