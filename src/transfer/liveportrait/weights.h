#pragma once

#include <torch/types.h>

#include <map>
#include <memory>
#include <string>

namespace vividface {
class Checkpoint;
}

namespace vividface::liveportrait {

/// Where and in which form a network computes. Weights are prepared in float64 on the CPU and cast once, at load.
struct Placement {
  torch::Device device = torch::kCPU;
  torch::Dtype dtype = torch::kFloat32;
  bool channels_last = false;  ///< memory order of pictures and volumes; the fast one for half precision on CUDA

  /// `device`: "cpu" or "cuda:N", `precision`: "fp32" or "fp16", as a person gives them. Throws InputError for what is
  /// no such device or not here, and for fp16 on the CPU.
  static Placement named(const std::string& device, const std::string& precision);

  /// A tensor in this placement. 4-D and 5-D tensors take the memory order.
  torch::Tensor operator()(const torch::Tensor& tensor) const;
};

/// The tensors of one checkpoint, by state-dict key, with a prefix that has been walked into.
class Weights {
 public:
  /// Of a weight file, its numbers as float32.
  explicit Weights(const Checkpoint& file);
  /// `tensors`: key → tensor on the CPU. `name` is what errors call the checkpoint, such as its file.
  Weights(std::map<std::string, torch::Tensor> tensors, std::string name);

  /// The tensors below `prefix`: scope("conv")["weight"] is "conv.weight".
  Weights scope(const std::string& prefix) const;

  bool has(const std::string& key) const;
  /// Throws InputError that names checkpoint and key when it is missing.
  torch::Tensor operator[](const std::string& key) const;
  /// The same, of this shape, where kAny stands for any extent. Throws InputError that says what was expected and
  /// found.
  torch::Tensor of_shape(const std::string& key, torch::IntArrayRef shape) const;
  static constexpr std::int64_t kAny = -1;

  /// Throws InputError about one of the tensors: "NAME: tensor "KEY": WHAT".
  [[noreturn]] void refuse(const std::string& key, const std::string& what) const;

  const std::string& name() const { return *name_; }
  const std::map<std::string, torch::Tensor>& all() const { return *tensors_; }  ///< whatever has been walked into

 private:
  std::shared_ptr<const std::map<std::string, torch::Tensor>> tensors_;
  std::shared_ptr<const std::string> name_;
  std::string prefix_;
};

}  // namespace vividface::liveportrait
