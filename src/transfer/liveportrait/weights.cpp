#include "transfer/liveportrait/weights.h"

#include <utility>

#include "base/error.h"

namespace vividface::liveportrait {

torch::Tensor Placement::operator()(const torch::Tensor& tensor) const {
  auto placed = tensor.to(device, dtype);
  if (channels_last && placed.dim() == 4) return placed.contiguous(torch::MemoryFormat::ChannelsLast);
  if (channels_last && placed.dim() == 5) return placed.contiguous(torch::MemoryFormat::ChannelsLast3d);
  return placed.contiguous();
}

Weights::Weights(std::map<std::string, torch::Tensor> tensors, std::string name)
    : tensors_(std::make_shared<const std::map<std::string, torch::Tensor>>(std::move(tensors))),
      name_(std::make_shared<const std::string>(std::move(name))) {}

Weights Weights::scope(const std::string& prefix) const {
  Weights inner = *this;
  inner.prefix_ += prefix + ".";
  return inner;
}

bool Weights::has(const std::string& key) const { return tensors_->count(prefix_ + key) > 0; }

torch::Tensor Weights::operator[](const std::string& key) const {
  const auto found = tensors_->find(prefix_ + key);
  if (found == tensors_->end()) {
    throw InputError(*name_ + ": the tensor " + prefix_ + key +
                     " is missing; is this the checkpoint of another network?");
  }
  return found->second;
}

}  // namespace vividface::liveportrait
