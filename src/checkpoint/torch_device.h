#pragma once

#include <torch/types.h>

#include <string>

namespace vividface {

/// "cpu", "cuda" or "cuda:N", as --device has it. Throws InputError for what is no such device or not here.
torch::Device device_named(const std::string& name);

}  // namespace vividface
