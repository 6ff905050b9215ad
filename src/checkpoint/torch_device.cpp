#include "checkpoint/torch_device.h"

#include <torch/torch.h>

#include <optional>

#include "base/error.h"

namespace vividface {

torch::Device device_named(const std::string& name) {
  std::optional<torch::Device> device;
  try {
    device = torch::Device(name);
  } catch (const c10::Error&) {
  }
  if (!device || !(device->is_cpu() || device->is_cuda()))
    throw InputError("--device " + name + ": expected cpu or cuda:0");
  if (device->is_cpu()) return *device;
  const auto devices = static_cast<int>(torch::cuda::device_count());
  const int index = device->has_index() ? device->index() : 0;
  if (index >= devices)
    throw InputError("--device " + name + ": this program's libtorch sees " + std::to_string(devices) +
                     " CUDA devices; use --device cpu");
  return {torch::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

}  // namespace vividface
