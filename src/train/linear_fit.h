#pragma once

#include <torch/types.h>

namespace vividface {

/// y ≈ weight · x + bias
struct LinearFit {
  torch::Tensor weight;  ///< [values of y, values of x]
  torch::Tensor bias;    ///< [values of y]
};

/// The ridge fit of `y` [n, …] to `x` [n, …], both about their means; `ridge` > 0 is what is added to the squares' sum
/// of each value of x, for motion in its units.
LinearFit fit_linearly(const torch::Tensor& x, const torch::Tensor& y, double ridge = 100);

}  // namespace vividface
