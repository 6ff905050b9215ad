#pragma once

#include <opencv2/core/types.hpp>
#include <optional>

#include "face/face_observation.h"
#include "motion/head_pose.h"

namespace vividface {

/// The box that the mesh fills, in the frame's pixels.
cv::Rect2f extent(const FaceObservation& face);

/// How far the head is turned from the camera, degrees: an average face that looks into the camera has none. Nothing
/// for points that are no head.
std::optional<HeadAngles> turned_from_camera(const FaceObservation& face);

}  // namespace vividface
