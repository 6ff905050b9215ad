#pragma once

#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <string>

namespace vividface {

/// u(0)…u(count−1) of a key: what the golden vectors' weights are made of (FNV-1a of the key, then splitmix64).
inline torch::Tensor fill_uniform(const std::string& key, std::int64_t count) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (unsigned char c : key) hash = (hash ^ c) * 0x100000001b3;
  auto u = torch::empty({count});
  float* out = u.data_ptr<float>();
  for (std::int64_t i = 0; i < count; ++i) {
    std::uint64_t z = hash + static_cast<std::uint64_t>(i + 1) * 0x9E3779B97F4A7C15;
    z ^= z >> 30;
    z *= 0xBF58476D1CE4E5B9;
    z ^= z >> 27;
    z *= 0x94D049BB133111EB;
    z ^= z >> 31;
    out[i] = static_cast<float>(z >> 40) / static_cast<float>(1 << 23) - 1;
  }
  return u;
}

/// Fills a module as the golden vectors' networks were; `letter` is the network's, "X" for the mapping network.
inline void fill_by_formula(torch::nn::Module& module, const std::string& letter) {
  torch::NoGradGuard no_grad;
  auto fill = [&](const std::string& key, torch::Tensor tensor) {
    if (key.ends_with("num_batches_tracked")) return;
    auto u = fill_uniform(letter + '.' + key, tensor.numel()).view(tensor.sizes());
    if (key.ends_with("running_var")) {
      u = 1 + 0.2f * u;
    } else if (key.ends_with("running_mean") || key.ends_with("bias")) {
      u = 0.05f * u;
    } else if (tensor.dim() == 1) {
      u = 1 + 0.1f * u;
    } else {
      u = u * static_cast<float>(std::sqrt(3.0 / static_cast<double>(tensor.numel() / tensor.size(0))));
    }
    tensor.copy_(u);
  };
  for (auto& item : module.named_parameters()) fill(item.key(), item.value());
  for (auto& item : module.named_buffers()) fill(item.key(), item.value());
}

}  // namespace vividface
