#include "transfer/liveportrait/weights.h"

#include <torch/torch.h>

#include <utility>

#include "base/error.h"
#include "checkpoint/torch_device.h"
#include "checkpoint/torch_tensors.h"

namespace vividface::liveportrait {

Placement Placement::named(const std::string& device, const std::string& precision) {
  if (precision != "fp32" && precision != "fp16")
    throw InputError("--precision " + precision + ": expected fp32 or fp16");
  Placement place;
  place.device = device_named(device);
  if (precision == "fp16" && place.device.is_cpu())
    throw InputError("--precision fp16: on a CPU only fp32 is of use; give --device cuda:0");
  place.channels_last = precision == "fp16";
  place.dtype = place.channels_last ? torch::kHalf : torch::kFloat32;
  return place;
}

torch::Tensor Placement::operator()(const torch::Tensor& tensor) const {
  auto placed = tensor.to(device, dtype);
  if (channels_last && placed.dim() == 4) return placed.contiguous(torch::MemoryFormat::ChannelsLast);
  if (channels_last && placed.dim() == 5) return placed.contiguous(torch::MemoryFormat::ChannelsLast3d);
  return placed.contiguous();
}

Weights::Weights(std::map<std::string, torch::Tensor> tensors, std::string name)
    : tensors_(std::make_shared<const std::map<std::string, torch::Tensor>>(std::move(tensors))),
      name_(std::make_shared<const std::string>(std::move(name))) {}

Weights::Weights(const Checkpoint& file)
    : Weights(
          [&file] {
            std::map<std::string, torch::Tensor> tensors;
            for (const auto& [key, view] : file.tensors()) {
              const auto tensor = to_tensor(view);
              tensors[key] = tensor.is_floating_point() ? tensor.to(torch::kFloat32) : tensor;
            }
            return tensors;
          }(),
          file.name()) {}

Weights Weights::scope(const std::string& prefix) const {
  Weights inner = *this;
  inner.prefix_ += prefix + ".";
  return inner;
}

bool Weights::has(const std::string& key) const { return tensors_->count(prefix_ + key) > 0; }

torch::Tensor Weights::operator[](const std::string& key) const {
  const auto found = tensors_->find(prefix_ + key);
  if (found == tensors_->end()) refuse(key, "expected, found none; is this the checkpoint of another network?");
  return found->second;
}

torch::Tensor Weights::of_shape(const std::string& key, torch::IntArrayRef shape) const {
  auto tensor = (*this)[key];
  bool fits = tensor.dim() == static_cast<std::int64_t>(shape.size());
  for (std::size_t i = 0; fits && i < shape.size(); ++i) {
    const auto found = tensor.size(static_cast<std::int64_t>(i));
    fits = shape[i] == kAny ? found > 0 : found == shape[i];
  }
  if (!fits) {
    std::string expected = shape_text({shape.data(), shape.size()});
    for (auto at = expected.find("-1"); at != std::string::npos; at = expected.find("-1"))
      expected.replace(at, 2, "any");
    refuse(key, "expected shape " + expected + ", found " + shape_text({tensor.sizes().data(), tensor.sizes().size()}));
  }
  return tensor;
}

void Weights::refuse(const std::string& key, const std::string& what) const {
  throw InputError(*name_ + ": tensor \"" + prefix_ + key + "\": " + what);
}

}  // namespace vividface::liveportrait
