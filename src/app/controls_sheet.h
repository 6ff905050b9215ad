#pragma once

#include <opencv2/core/mat.hpp>

namespace vividface {

/// A contact sheet of the virtual robot: every control at its minimum, neutral and maximum (data set range), labelled.
/// `cell`: side of one picture in pixels.
cv::Mat draw_controls_sheet(int cell);

}  // namespace vividface
