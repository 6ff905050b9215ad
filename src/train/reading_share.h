#pragma once

#include <torch/types.h>

#include "robot/controls.h"

namespace vividface {

/// How much of each control is taken from a second reader: the share in 0…1 by which first + share · (second − first)
/// errs least (squares) on these rows. `first`, `second`, `truth`: [n, kControlCount], in any unit of a control.
ControlVector fit_reading_share(const torch::Tensor& first, const torch::Tensor& second, const torch::Tensor& truth);

}  // namespace vividface
