#include "mapping/picture_mapping.h"

#include <torch/torch.h>

#include "base/error.h"
#include "checkpoint/torch_tensors.h"

namespace vividface {
namespace {

template <std::size_t N>
torch::Tensor numbers(const std::array<float, N>& values, torch::IntArrayRef shape, torch::Device device) {
  return torch::tensor(torch::ArrayRef<float>(values)).view(shape).to(device);
}

}  // namespace

PictureMapping::PictureMapping(std::shared_ptr<MappingModule> network, torch::Device device, torch::Dtype dtype)
    : network_(std::move(network)), dtype_(dtype) {
  const torch::NoGradGuard no_grad;
  network_->eval();
  network_->fold_norms();
  network_->to(device, dtype);
  for (auto& parameter : network_->parameters()) {
    parameter.set_requires_grad(false);
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
  }
  const MappingArchitecture& architecture = network_->architecture();
  mean_ = numbers(architecture.mean, {1, 3, 1, 1}, device);
  deviation_ = numbers(architecture.deviation, {1, 3, 1, 1}, device);
  scale_ = numbers(architecture.scale, {1, -1}, device);
  offset_ = numbers(architecture.offset, {1, -1}, device);
}

PictureMapping PictureMapping::load(const Checkpoint& file, torch::Device device, torch::Dtype dtype) {
  const MappingArchitecture architecture = read_architecture(file);
  if (architecture.motion_inputs > 0)
    throw InputError(file.name() + ": expected a mapping network that reads pictures alone, found one that also sees " +
                     "the mesh engine's motion; it belongs to --engine mesh");
  const auto network = std::make_shared<MappingModule>(architecture);
  load_state(*network, file);
  return {network, device, dtype};
}

torch::Tensor PictureMapping::operator()(const torch::Tensor& picture) const {
  const auto& architecture = network_->architecture();
  const PixelSquare part = architecture.crop.pixels(static_cast<int>(picture.size(2)));
  const auto seen = picture.narrow(2, part.top, part.side).narrow(3, part.left, part.side).to(torch::kFloat32);
  const auto small = torch::upsample_bilinear2d(seen, {architecture.input_size, architecture.input_size}, false);
  const auto input = ((small - mean_) / deviation_).to(dtype_).contiguous(torch::MemoryFormat::ChannelsLast);
  return network_->forward(input).y.to(torch::kFloat32) * scale_ + offset_;
}

}  // namespace vividface
