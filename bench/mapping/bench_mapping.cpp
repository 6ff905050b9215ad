#include <benchmark/benchmark.h>

#include <filesystem>
#include <opencv2/core.hpp>
#include <random>

#include "checkpoint/safetensors.h"
#include "mapping/mapping_architecture.h"
#include "mapping/mapping_network.h"

namespace {

using namespace vividface;

/// Weights of some width, as good as any for timing.
std::string make_weights(const MappingArchitecture& architecture) {
  std::map<std::string, std::vector<float>> values;
  std::map<std::string, TensorView> tensors;
  std::mt19937 random(1);
  auto add = [&](const std::string& key, std::vector<std::int64_t> shape, float centre) {
    std::int64_t count = 1;
    for (auto extent : shape) count *= extent;
    auto& v = values[key];
    v.resize(static_cast<std::size_t>(count));
    std::uniform_real_distribution<float> uniform(-0.1f, 0.1f);
    for (float& value : v) value = centre + uniform(random);
    tensors[key] = {TensorType::f32, shape, std::as_bytes(std::span(v))};
  };
  auto norm = [&](const std::string& key, int channels) {
    for (const char* name : {".weight", ".bias", ".running_mean"}) add(key + name, {channels}, 0);
    add(key + ".running_var", {channels}, 1);
  };
  int in = architecture.base_channels;
  add("feature_extractor.0.weight", {in, 3, architecture.stem_kernel, architecture.stem_kernel}, 0);
  norm("feature_extractor.1", in);
  for (int stage = 0; stage < kMappingStages; ++stage)
    for (int block = 0; block < architecture.blocks[static_cast<std::size_t>(stage)]; ++block) {
      const std::string key = "feature_extractor." + std::to_string(4 + stage) + '.' + std::to_string(block);
      const int out = architecture.channels(stage);
      add(key + ".conv1.weight", {out, in, 3, 3}, 0);
      add(key + ".conv2.weight", {out, out, 3, 3}, 0);
      norm(key + ".bn1", out);
      norm(key + ".bn2", out);
      if (stage > 0 && block == 0) {
        add(key + ".downsample.0.weight", {out, in, 1, 1}, 0);
        norm(key + ".downsample.1", out);
      }
      in = out;
    }
  for (auto [layer, from, to] : {std::tuple{"0", in, kMappingHidden},
                                 {"2", kMappingHidden, kMappingHidden},
                                 {"4", kMappingHidden, static_cast<int>(kControlCount)}}) {
    add(std::string("pos_pred_head.") + layer + ".weight", {to, from}, 0);
    add(std::string("pos_pred_head.") + layer + ".bias", {to}, 0);
  }
  const auto file = std::filesystem::temp_directory_path() / "bench_mapping.safetensors";
  write_safetensors(file, tensors, architecture_metadata(architecture));
  return file;
}

/// Channels of the first stage (64 × width), input size, stem kernel, blocks of the last stage, threads.
void read_controls(benchmark::State& state) {
  MappingArchitecture architecture{.base_channels = static_cast<int>(state.range(0)),
                                   .stem_kernel = static_cast<int>(state.range(2)),
                                   .input_size = static_cast<int>(state.range(1))};
  const auto blocks = static_cast<int>(state.range(3));
  architecture.blocks = {blocks, blocks, blocks, blocks};
  MappingNetwork network(make_weights(architecture), MappingPrecision::fastest, static_cast<int>(state.range(4)));
  cv::Mat picture(160, 160, CV_8UC3);
  cv::randu(picture, 0, 256);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(network.read(picture));
}
BENCHMARK(read_controls)
    ->ArgNames({"channels", "input", "stem", "blocks", "threads"})
    ->ArgsProduct({{16, 24, 32}, {96, 112, 128}, {7}, {2}, {1, 2}})
    ->Args({24, 112, 3, 2, 1})
    ->Args({32, 112, 7, 1, 1})
    ->Args({64, 224, 7, 2, 1})
    ->Unit(benchmark::kMillisecond);

}  // namespace
