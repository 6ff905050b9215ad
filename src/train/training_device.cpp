#include "train/training_device.h"

#include <torch/torch.h>

#include "base/error.h"

namespace vividface {

torch::Device training_device(const std::string& name) {
  try {
    torch::Device device(name);
    if (device.is_cuda() && !torch::cuda::is_available())
      throw InputError("--device " + name + ": this program's libtorch sees no CUDA device; use --device cpu");
    if (!device.is_cuda() && !device.is_cpu()) throw InputError("--device " + name + ": expected cpu or cuda:0");
    torch::zeros({1}, device);
    return device;
  } catch (const c10::Error&) {
    throw InputError("--device " + name + ": expected cpu or cuda:0");
  }
}

}  // namespace vividface
