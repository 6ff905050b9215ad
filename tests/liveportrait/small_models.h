#pragma once

#include <cmath>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "app/random_network.h"
#include "checkpoint/safetensors.h"

namespace vividface {

/// Random weights under the published keys, the same at every run, at sizes of one's own.
class SmallWeights {
 public:
  void write(const std::filesystem::path& file) const { write_safetensors(file, views()); }

  /// W: `keypoints` over volumes of `channels` channels, to `features` channels.
  static SmallWeights warping(int keypoints, int channels, int features) {
    constexpr int kCompressed = 1, kDepth = 16;
    SmallWeights w;
    const std::string dense = "dense_motion_network.", hourglass = dense + "hourglass.";
    const int inputs = (keypoints + 1) * (1 + kCompressed);
    w.conv(dense + "compress", {kCompressed, channels, 1, 1, 1});
    w.norm(dense + "norm", kCompressed);
    w.block(hourglass + "encoder.down_blocks.0", {6, inputs, 3, 3, 3});
    w.block(hourglass + "encoder.down_blocks.1", {8, 6, 3, 3, 3});
    w.block(hourglass + "decoder.up_blocks.0", {4, 8, 3, 3, 3});
    w.block(hourglass + "decoder.up_blocks.1", {2, 10, 3, 3, 3});
    w.block(hourglass + "decoder", {3, inputs + 2, 3, 3, 3});
    w.conv(dense + "mask", {keypoints + 1, 3, 7, 7, 7});
    w.conv(dense + "occlusion", {1, 3 * kDepth, 7, 7});
    w.block("third", {10, channels * kDepth, 3, 3});
    w.conv("fourth", {features, 10, 1, 1});
    return w;
  }
  /// G, one middle block.
  static SmallWeights generator(int features) {
    SmallWeights w;
    w.conv("fc", {12, features, 3, 3});
    w.spade_block("G_middle_0", 12, 12, features);
    w.spade_block("up_0", 8, 12, features);
    w.spade_block("up_1", 4, 8, features);
    w.conv("conv_img.0", {12, 4, 3, 3});
    return w;
  }

 private:
  using Shape = std::vector<std::int64_t>;
  struct Values {
    Shape shape;
    std::vector<float> values;
  };

  std::vector<float>& add(const std::string& key, const Shape& shape, float centre, float spread) {
    std::size_t count = 1;
    for (const auto extent : shape) count *= static_cast<std::size_t>(extent);
    auto& made = tensors_[key] = {shape, std::vector<float>(count)};
    for (float& value : made.values) value = centre + spread * uniform_(random_);
    return made.values;
  }
  void weight(const std::string& key, const Shape& shape) {
    float inputs = 1;
    for (std::size_t i = 1; i < shape.size(); ++i) inputs *= static_cast<float>(shape[i]);
    add(key, shape, 0, std::sqrt(3 / inputs));
  }
  void conv(const std::string& key, const Shape& shape) {
    weight(key + ".weight", shape);
    add(key + ".bias", {shape[0]}, 0, 0.1f);
  }
  void norm(const std::string& key, std::int64_t channels) {
    for (const char* name : {".weight", ".running_var"}) add(key + name, {channels}, 1, 0.3f);
    for (const char* name : {".bias", ".running_mean"}) add(key + name, {channels}, 0, 0.1f);
  }
  void block(const std::string& key, const Shape& shape) {
    conv(key + ".conv", shape);
    norm(key + ".norm", shape[0]);
  }
  /// Spectral norm: u of length 1, v along Wᵀu.
  void spectral(const std::string& key, const Shape& shape) {
    weight(key + ".weight_orig", shape);
    const auto& matrix = tensors_[key + ".weight_orig"].values;
    const auto rows = static_cast<std::size_t>(shape[0]), columns = matrix.size() / rows;
    const auto normalize = [](std::vector<float>& v) {
      float squares = 0;
      for (const float x : v) squares += x * x;
      for (float& x : v) x /= std::sqrt(squares);
    };
    auto& u = add(key + ".weight_u", {shape[0]}, 0, 1);
    normalize(u);
    auto& v = add(key + ".weight_v", {static_cast<std::int64_t>(columns)}, 0, 0);
    for (std::size_t i = 0; i < matrix.size(); ++i) v[i % columns] += matrix[i] * u[i / columns];
    normalize(v);
  }
  void spade(const std::string& key, std::int64_t channels, std::int64_t features) {
    constexpr int kHidden = 6;
    conv(key + ".mlp_shared.0", {kHidden, features, 3, 3});
    conv(key + ".mlp_gamma", {channels, kHidden, 3, 3});
    conv(key + ".mlp_beta", {channels, kHidden, 3, 3});
  }
  void spade_block(const std::string& key, std::int64_t outputs, std::int64_t inputs, std::int64_t features) {
    spade(key + ".norm_0", inputs, features);
    spade(key + ".norm_1", outputs, features);
    spectral(key + ".conv_0", {outputs, inputs, 3, 3});
    spectral(key + ".conv_1", {outputs, outputs, 3, 3});
    add(key + ".conv_0.bias", {outputs}, 0, 0.1f);
    add(key + ".conv_1.bias", {outputs}, 0, 0.1f);
    if (inputs == outputs) return;
    spade(key + ".norm_s", inputs, features);
    spectral(key + ".conv_s", {outputs, inputs, 1, 1});
  }
  std::map<std::string, TensorView> views() const {
    std::map<std::string, TensorView> views;
    for (const auto& [key, tensor] : tensors_)
      views[key] = {TensorType::f32, tensor.shape, std::as_bytes(std::span(tensor.values))};
    return views;
  }

  std::mt19937 random_{1};
  std::uniform_real_distribution<float> uniform_{-1, 1};
  std::map<std::string, Values> tensors_;
};

/// A folder of all the networks that the engine liveportrait needs: F, M and S as the golden files have them at reduced
/// width, .pth, the others random and small. A frame takes some 50 ms.
inline void write_small_models(const std::filesystem::path& folder) {
  constexpr int kKeypoints = 21, kVolumeChannels = 4, kFeatures = 8;
  std::filesystem::create_directories(folder);
  for (const char* name :
       {"appearance_feature_extractor.pth", "motion_extractor.pth", "stitching_retargeting_module.pth"})
    std::filesystem::copy(std::filesystem::path(VIVIDFACE_TEST_DATA) / "golden/tiny_checkpoint" / name, folder / name);
  SmallWeights::warping(kKeypoints, kVolumeChannels, kFeatures).write(folder / "warping_module.safetensors");
  SmallWeights::generator(kFeatures).write(folder / "spade_generator.safetensors");
  write_random_network(folder / "mapping_network.safetensors");
}

}  // namespace vividface
