#pragma once

#include "face/mesh_points.h"

namespace vividface {

/// How AnimatedFrame::motion of the mesh engine is laid out: x and y of every mesh point, those of the left and the
/// right iris, then the head's yaw, pitch and roll.
inline constexpr int kFirstIris = kMeshPointCount;            ///< as a point
inline constexpr int kFirstHeadAngle = 2 * (kFirstIris + 2);  ///< as a value
inline constexpr int kMeshMotionCount = kFirstHeadAngle + 3;  ///< values

}  // namespace vividface
