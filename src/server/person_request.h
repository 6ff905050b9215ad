#pragma once

#include <opencv2/core/types.hpp>
#include <optional>
#include <string_view>

namespace vividface {

/// The face that a POST /person points at: x and y, 0…1 of the picture from its top left, in the query ("x=0.3&y=0.5")
/// or as JSON in the body ({"x":0.3,"y":0.5}). Nothing where both are empty. Throws InputError for anything else.
std::optional<cv::Point2f> person_point(std::string_view query, std::string_view body);

}  // namespace vividface
