#pragma once

#include <torch/types.h>

namespace vividface {

/// controls ≈ weight · motion + bias
struct LinearFit {
  torch::Tensor weight;  ///< [controls, values]
  torch::Tensor bias;    ///< [controls]
};

/// The ridge fit of `controls` [n, controls] to `motion` [n, values], both about their means; `ridge` > 0 is what is
/// added to the squares' sum of each value, with motion in its units.
LinearFit fit_linearly(const torch::Tensor& motion, const torch::Tensor& controls, double ridge = 100);

}  // namespace vividface
