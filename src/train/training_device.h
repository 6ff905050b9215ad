#pragma once

#include <torch/types.h>

#include <string>

namespace vividface {

/// "cpu" or "cuda:0". Throws InputError for another name and for a device that is not there.
torch::Device training_device(const std::string& name);

}  // namespace vividface
