#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "checkpoint/safetensors.h"
#include "mapping/mapping_architecture.h"

namespace vividface {

/// A small mapping network that was never trained: its controls stay near the robot's neutral face and move with the
/// picture.
inline void write_random_network(const std::filesystem::path& file, std::uint32_t seed = 1) {
  MappingArchitecture architecture;
  architecture.base_channels = 8;
  architecture.blocks = {1, 1, 1, 1};
  architecture.stem_kernel = 3;
  architecture.input_size = 64;
  architecture.offset = ControlTable::ameca().neutral();
  architecture.scale.fill(0.05f);

  std::map<std::string, std::vector<float>> values;
  std::map<std::string, TensorView> tensors;
  std::mt19937 random(seed);
  const auto add = [&](const std::string& key, std::vector<std::int64_t> shape, float centre) {
    std::size_t count = 1;
    for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
    std::uniform_real_distribution<float> uniform(centre - 0.2f, centre + 0.2f);
    std::vector<float>& v = values[key];
    v.resize(count);
    for (float& value : v) value = uniform(random);
    tensors[key] = {TensorType::f32, shape, std::as_bytes(std::span(v))};
  };
  const auto norm = [&](const std::string& key, int channels) {
    for (const char* name : {".weight", ".running_var"}) add(key + name, {channels}, 1);
    for (const char* name : {".bias", ".running_mean"}) add(key + name, {channels}, 0);
  };
  int in = architecture.base_channels;
  add("feature_extractor.0.weight", {in, 3, 3, 3}, 0);
  norm("feature_extractor.1", in);
  for (int stage = 0; stage < kMappingStages; ++stage) {
    const std::string key = "feature_extractor." + std::to_string(4 + stage) + ".0";
    const int out = architecture.channels(stage);
    add(key + ".conv1.weight", {out, in, 3, 3}, 0);
    add(key + ".conv2.weight", {out, out, 3, 3}, 0);
    norm(key + ".bn1", out);
    norm(key + ".bn2", out);
    if (stage > 0) {
      add(key + ".downsample.0.weight", {out, in, 1, 1}, 0);
      norm(key + ".downsample.1", out);
    }
    in = out;
  }
  const int hidden = kMappingHidden, controls = kControlCount;
  add("pos_pred_head.0.weight", {hidden, in}, 0);
  add("pos_pred_head.0.bias", {hidden}, 0);
  add("pos_pred_head.2.weight", {hidden, hidden}, 0);
  add("pos_pred_head.2.bias", {hidden}, 0);
  add("pos_pred_head.4.weight", {controls, hidden}, 0);
  add("pos_pred_head.4.bias", {controls}, 0);
  write_safetensors(file, tensors, architecture_metadata(architecture));
}

}  // namespace vividface
