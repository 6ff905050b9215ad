#include "train/linear_fit.h"

#include <torch/torch.h>

namespace vividface {

LinearFit fit_linearly(const torch::Tensor& motion, const torch::Tensor& controls, double ridge) {
  const auto x = motion.to(torch::kDouble), y = controls.to(torch::kDouble);
  const auto x_mean = x.mean(0), y_mean = y.mean(0);
  const auto centred = x - x_mean;
  const auto squares = centred.t().matmul(centred) + ridge * torch::eye(x.size(1), x.options());
  const auto weight = torch::linalg_solve(squares, centred.t().matmul(y - y_mean)).t();
  return {weight.to(motion.scalar_type()).contiguous(), (y_mean - weight.matmul(x_mean)).to(motion.scalar_type())};
}

}  // namespace vividface
