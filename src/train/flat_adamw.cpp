#include "train/flat_adamw.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

namespace vividface {
namespace {

constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;

/// One tensor with the values of all of these, which become views into it.
torch::Tensor flatten(std::vector<torch::Tensor>& tensors) {
  std::vector<torch::Tensor> flat;
  for (const auto& tensor : tensors) flat.push_back(tensor.detach().reshape({-1}));
  auto all = torch::cat(flat);
  std::int64_t offset = 0;
  for (auto& tensor : tensors) {
    const auto view = all.narrow(0, offset, tensor.numel()).view(tensor.sizes());
    offset += tensor.numel();
    tensor.set_data(view);
  }
  return all;
}

}  // namespace

FlatAdamW::FlatAdamW(torch::nn::Module& module, const Options& options) : options_(options) {
  torch::NoGradGuard no_grad;
  auto parameters = module.parameters();
  values_ = flatten(parameters);
  gradient_ = torch::zeros_like(values_);
  std::int64_t offset = 0;
  for (auto& parameter : parameters) {
    parameter.mutable_grad() = gradient_.narrow(0, offset, parameter.numel()).view(parameter.sizes());
    offset += parameter.numel();
  }
  std::vector<torch::Tensor> buffers, counters;
  for (const auto& buffer : module.buffers()) (buffer.is_floating_point() ? buffers : counters).push_back(buffer);
  statistics_ = flatten(buffers);
  counters_ = flatten(counters);
  first_moment_ = torch::zeros_like(values_);
  second_moment_ = torch::zeros_like(values_);
  average_ = values_.clone();
  average_statistics_ = statistics_.clone();
}

void FlatAdamW::zero_gradient() { gradient_.zero_(); }

void FlatAdamW::step(double learning_rate) {
  torch::NoGradGuard no_grad;
  ++steps;
  gradient_.mul_((options_.clip / (gradient_.norm() + 1e-6)).clamp_max(1));
  const double t = static_cast<double>(steps);
  values_.mul_(1 - learning_rate * options_.weight_decay);
  first_moment_.mul_(kBeta1).add_(gradient_, 1 - kBeta1);
  second_moment_.mul_(kBeta2).addcmul_(gradient_, gradient_, 1 - kBeta2);
  const auto denominator = (second_moment_ / (1 - std::pow(kBeta2, t))).sqrt_().add_(kEpsilon);
  values_.addcdiv_(first_moment_, denominator, -learning_rate / (1 - std::pow(kBeta1, t)));

  const double decay = std::min(options_.average, (1 + t) / (10 + t));
  average_.lerp_(values_, 1 - decay);
  average_statistics_.lerp_(statistics_, 1 - decay);
}

void FlatAdamW::swap_average() {
  torch::NoGradGuard no_grad;
  for (auto [own, average] : {std::pair{values_, average_}, {statistics_, average_statistics_}}) {
    const auto kept = own.clone();
    own.copy_(average);
    average.copy_(kept);
  }
}

std::map<std::string, torch::Tensor> FlatAdamW::state() const {
  return {{"values", values_},    {"first_moment", first_moment_}, {"second_moment", second_moment_},
          {"average", average_},  {"statistics", statistics_},     {"average_statistics", average_statistics_},
          {"counters", counters_}};
}

}  // namespace vividface
