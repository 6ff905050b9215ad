#pragma once

#include <torch/types.h>

#include <memory>

#include "mapping/mapping_module.h"

// Includes torch's headers: for the parts that run or train networks by libtorch only.

namespace vividface {

/// M2 by libtorch on a device: reads the controls off I_m as M1 leaves it. Everything that it needs lies on the device
/// from the start, so that it may be part of a captured CUDA graph.
class PictureMapping {
 public:
  /// The network is moved to the device, its norms folded. float16 is for CUDA.
  PictureMapping(std::shared_ptr<MappingModule> network, torch::Device device, torch::Dtype dtype);
  /// That of a weight file: safetensors, or the published .pth. Throws InputError.
  static PictureMapping load(const Checkpoint& file, torch::Device device, torch::Dtype dtype);

  /// I_m, [1, 3, N, N] in 0…1, RGB, of any size → controls, [1, 30], float32, in their own units, not clamped.
  torch::Tensor operator()(const torch::Tensor& picture) const;

 private:
  std::shared_ptr<MappingModule> network_;
  torch::Dtype dtype_;
  torch::Tensor mean_, deviation_, scale_, offset_;
};

}  // namespace vividface
