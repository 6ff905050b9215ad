#include "transfer/liveportrait/filled_weights.h"

#include <torch/torch.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/fnv1a.h"
#include "base/resources.h"

namespace vividface::liveportrait {
namespace {

/// u(i) in −1…1: splitmix64 at position i of the key's stream.
torch::Tensor uniform(const std::string& key, const std::vector<std::int64_t>& shape) {
  const auto tensor = torch::empty(shape, torch::kFloat32);
  float* out = tensor.data_ptr<float>();
  const std::uint64_t start = fnv1a(key);
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    std::uint64_t z = start + static_cast<std::uint64_t>(i + 1) * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    out[i] = static_cast<float>(static_cast<double>(z >> 40) / 8388608.0 - 1.0);
  }
  return tensor;
}

torch::Tensor fill(const std::string& key, const std::string& last, const std::vector<std::int64_t>& shape) {
  const auto u = uniform(key, shape);
  if (last == "running_var") return 1 + 0.2 * u;
  if (last == "running_mean") return 0.05 * u;
  if (last == "gamma" || last == "beta") return 0.1 * u;
  if (last == "bias") return 0.05 * u;
  if (shape.size() == 1) return 1 + 0.1 * u;
  const double fan_in = static_cast<double>(u.numel() / shape[0]);
  return u * std::sqrt(3.0 / fan_in);
}

}  // namespace

Weights filled_weights(char letter) {
  const auto shapes =
      nlohmann::json::parse(std::ifstream(resource("config/liveportrait_shapes.json"))).at(std::string(1, letter));
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& [key, value] : shapes.items()) {
    const auto last = key.substr(key.rfind('.') + 1);
    if (last == "num_batches_tracked" || last == "weight_u" || last == "weight_v") continue;
    tensors[key] = fill(std::string(1, letter) + "." + key, last, value.get<std::vector<std::int64_t>>());
    if (last != "weight_orig") continue;
    const auto normalize = [](const torch::Tensor& v) { return v / v.norm(); };
    const auto matrix = tensors[key].to(torch::kFloat64).flatten(1);
    const auto stem = key.substr(0, key.size() - std::string("weight_orig").size());
    const auto u0 = uniform(std::string(1, letter) + "." + stem + "weight_u", {matrix.size(0)}).to(torch::kFloat64);
    const auto v = normalize(matrix.t().mv(u0));
    tensors[stem + "weight_v"] = v.to(torch::kFloat32);
    tensors[stem + "weight_u"] = normalize(matrix.mv(v)).to(torch::kFloat32);
  }
  return Weights(std::move(tensors), std::string("filled ") + letter);
}

}  // namespace vividface::liveportrait
