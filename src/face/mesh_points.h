#pragma once

/// Indices into FaceObservation::mesh of the points that the code names. Left and right are the subject's own.
namespace vividface::mesh_point {

inline constexpr int kRightEyeOuter = 33, kRightEyeInner = 133;
inline constexpr int kLeftEyeOuter = 263, kLeftEyeInner = 362;

}  // namespace vividface::mesh_point
