#include "train/reading_share.h"

#include <torch/torch.h>

namespace vividface {

ControlVector fit_reading_share(const torch::Tensor& first, const torch::Tensor& second, const torch::Tensor& truth) {
  const auto apart = (second - first).to(torch::kDouble), missing = (truth - first).to(torch::kDouble);
  const auto best = (apart * missing).sum(0) / (apart.square().sum(0) + 1e-12);
  const auto share = best.clamp(0, 1).to(torch::kFloat).to(torch::kCPU).contiguous();
  ControlVector result;
  std::copy_n(share.data_ptr<float>(), kControlCount, result.begin());
  return result;
}

}  // namespace vividface
