#include "checkpoint/torch_tensors.h"

#include <torch/torch.h>

#include <cstring>
#include <stdexcept>

#include "base/error.h"

namespace vividface {
namespace {

constexpr std::pair<TensorType, torch::ScalarType> kTypes[] = {{TensorType::f32, torch::kFloat},
                                                               {TensorType::f16, torch::kHalf},
                                                               {TensorType::bf16, torch::kBFloat16},
                                                               {TensorType::u8, torch::kByte},
                                                               {TensorType::i64, torch::kLong}};

torch::ScalarType torch_type(TensorType type) {
  for (auto [ours, theirs] : kTypes)
    if (ours == type) return theirs;
  throw std::logic_error("torch_tensors: no such type");
}

TensorType tensor_type(torch::ScalarType type) {
  for (auto [ours, theirs] : kTypes)
    if (theirs == type) return ours;
  throw std::logic_error(std::string("torch_tensors: cannot store ") + c10::toString(type));
}

torch::OrderedDict<std::string, torch::Tensor> tensors_of(const torch::nn::Module& module) {
  auto tensors = module.named_parameters();
  for (const auto& buffer : module.named_buffers()) tensors.insert(buffer.key(), buffer.value());
  return tensors;
}

}  // namespace

torch::Tensor to_tensor(const TensorView& view) {
  auto tensor = torch::empty(view.shape, torch_type(view.type));
  if (!view.bytes.empty()) std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
  return tensor;
}

void load_state(torch::nn::Module& module, const Checkpoint& file) {
  torch::NoGradGuard no_grad;
  auto own = tensors_of(module);
  for (const auto& [key, view] : file.tensors())
    if (!own.contains(key))
      throw InputError(file.name() + ": tensor \"" + key + "\": the network has none of this name");
  for (auto& item : own) {
    if (!file.contains(item.key()) && item.key().ends_with(".num_batches_tracked")) continue;
    const TensorView& view = file[item.key()];
    if (item.value().sizes() != torch::IntArrayRef(view.shape))
      throw InputError(file.name() + ": tensor \"" + item.key() + "\": expected shape " +
                       shape_text({item.value().sizes().data(), item.value().sizes().size()}) + ", found " +
                       shape_text(view.shape));
    item.value().copy_(to_tensor(view));
  }
}

std::map<std::string, torch::Tensor> state_of(const torch::nn::Module& module) {
  std::map<std::string, torch::Tensor> state;
  for (const auto& item : tensors_of(module))
    state[item.key()] = item.value().detach().to(torch::kCPU).contiguous().clone();
  return state;
}

void write_safetensors(const std::filesystem::path& file, const std::map<std::string, torch::Tensor>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  std::map<std::string, TensorView> views;
  for (const auto& [key, tensor] : tensors) {
    TORCH_CHECK(tensor.is_contiguous() && tensor.device().is_cpu(), "write_safetensors: ", key);
    views[key] = {tensor_type(tensor.scalar_type()),
                  tensor.sizes().vec(),
                  {static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()}};
  }
  write_safetensors(file, views, metadata);
}

}  // namespace vividface
