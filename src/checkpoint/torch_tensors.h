#pragma once

#include <torch/types.h>

#include <map>
#include <string>

#include "checkpoint/safetensors.h"

// Includes torch's headers: for the parts that run or train networks by libtorch only.

namespace torch::nn {
class Module;
}

namespace vividface {

/// A copy of a stored tensor on the CPU, in its own type and shape.
torch::Tensor to_tensor(const TensorView& view);

/// Fills a module's parameters and buffers from a file whose keys are the module's. Every tensor must be there, of the
/// right shape; a batch norm's num_batches_tracked may be missing, and there may be no others. Throws InputError.
void load_state(torch::nn::Module& module, const Checkpoint& file);

/// A module's parameters and buffers by key, detached, contiguous, on the CPU.
std::map<std::string, torch::Tensor> state_of(const torch::nn::Module& module);

/// write_safetensors for torch tensors (float, half, bfloat16, uint8 and int64; contiguous, on the CPU).
void write_safetensors(const std::filesystem::path& file, const std::map<std::string, torch::Tensor>& tensors,
                       const std::map<std::string, std::string>& metadata);

}  // namespace vividface
