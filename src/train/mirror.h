#pragma once

#include <torch/types.h>

#include "robot/controls.h"

namespace vividface {

/// The controls of the same face in a mirror: each has the share of its range that its partner on the other side had.
ControlVector mirrored(const ControlVector& controls);

/// M1's motion of the mesh engine in a mirror, its left points where its right ones were: [n, kMeshMotionCount].
torch::Tensor mirrored_motion(const torch::Tensor& motion);

}  // namespace vividface
