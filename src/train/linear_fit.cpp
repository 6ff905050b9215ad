#include "train/linear_fit.h"

#include <torch/torch.h>

namespace vividface {

LinearFit fit_linearly(const torch::Tensor& x, const torch::Tensor& y, double ridge) {
  const auto from = x.to(torch::kDouble), to = y.to(torch::kDouble);
  const auto from_mean = from.mean(0), to_mean = to.mean(0);
  const auto centred = from - from_mean;
  const auto squares = centred.t().matmul(centred) + ridge * torch::eye(from.size(1), from.options());
  const auto weight = torch::linalg_solve(squares, centred.t().matmul(to - to_mean)).t();
  return {weight.to(x.scalar_type()).contiguous(), (to_mean - weight.matmul(from_mean)).to(x.scalar_type())};
}

}  // namespace vividface
