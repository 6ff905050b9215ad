#pragma once

#include <torch/types.h>

#include <map>
#include <string>

namespace vividface::liveportrait {

/// Where and in which form a network computes. Weights are prepared in float64 on the CPU and cast once, at load.
struct Placement {
  torch::Device device = torch::kCPU;
  torch::Dtype dtype = torch::kFloat32;
  bool channels_last = false;  ///< memory order of pictures and volumes; the fast one for half precision on CUDA

  /// A tensor in this placement. 4-D and 5-D tensors take the memory order.
  torch::Tensor operator()(const torch::Tensor& tensor) const;
};

/// The tensors of one checkpoint, by state-dict key, with a prefix that has been walked into.
class Weights {
 public:
  /// `tensors`: key → tensor on the CPU. `name` is what errors call the checkpoint, such as its file.
  Weights(std::map<std::string, torch::Tensor> tensors, std::string name);

  /// The tensors below `prefix`: scope("conv")["weight"] is "conv.weight".
  Weights scope(const std::string& prefix) const;

  bool has(const std::string& key) const;
  /// Throws InputError that names checkpoint and key when it is missing.
  torch::Tensor operator[](const std::string& key) const;

  std::string path(const std::string& key) const { return prefix_ + key; }
  const std::string& name() const { return *name_; }

 private:
  std::shared_ptr<const std::map<std::string, torch::Tensor>> tensors_;
  std::shared_ptr<const std::string> name_;
  std::string prefix_;
};

}  // namespace vividface::liveportrait
