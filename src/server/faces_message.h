#pragma once

#include <opencv2/core/types.hpp>
#include <optional>
#include <string>
#include <vector>

#include "motion/head_pose.h"

namespace vividface {

/// What GET /faces answers: the boxes of `faces`, and which one is followed, in 0…1 of a picture of this size:
///   {"v":1,"faces":[{"x":0.1,"y":0.2,"width":0.2,"height":0.3,"followed":true,"yaw":-4.1,"pitch":6.3},…]}
/// `turned`: how far the followed one is turned from the camera, if that is known.
/// A followed face that is none of `faces`, such as one that is turned away, is there too. Boxes end at the picture's
/// edge.
std::string faces_message(cv::Size picture, std::vector<cv::Rect2f> faces, const std::optional<cv::Rect2f>& followed,
                          const std::optional<HeadAngles>& turned = {});

}  // namespace vividface
