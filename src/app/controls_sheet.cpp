#include "app/controls_sheet.h"

#include <array>
#include <cstdio>
#include <opencv2/imgproc.hpp>
#include <string>

#include "render/robot_picture.h"

namespace vividface {
namespace {

constexpr int kColumns = 3;  // of controls; each takes three pictures
constexpr int kLabelHeight = 22, kGap = 10;

void label(cv::Mat& sheet, const std::string& text, cv::Point at, double scale, const cv::Scalar& colour) {
  cv::putText(sheet, text, at, cv::FONT_HERSHEY_SIMPLEX, scale, colour, 1, cv::LINE_AA);
}

}  // namespace

cv::Mat draw_controls_sheet(int cell) {
  const ControlTable& table = ControlTable::ameca();
  const VirtualRobot robot;
  RobotPicture robot_picture(robot);
  const int rows = (static_cast<int>(kControlCount) + kColumns - 1) / kColumns;
  const int width = 3 * cell + kGap, height = cell + kLabelHeight;
  cv::Mat sheet(rows * height, kColumns * width - kGap, CV_8UC3, cv::Scalar(255, 255, 255));
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const ControlSpec& spec = table[i];
    const cv::Point corner(static_cast<int>(i) / rows * width, static_cast<int>(i) % rows * height);
    label(sheet, spec.name, corner + cv::Point(2, 15), 0.42, {0, 0, 0});
    // The head's own pose needs a view of head and neck; all else is seen best from near.
    const bool moves_head = spec.name.starts_with("Head") || spec.name.starts_with("Neck");
    const RenderView view = moves_head ? RenderView::portrait(cell) : RenderView::canonical(cell);
    const std::array<float, 3> values = {spec.dataset.min, spec.neutral, spec.dataset.max};
    for (std::size_t k = 0; k < values.size(); ++k) {
      ControlVector controls = table.neutral();
      controls[i] = values[k];
      cv::Mat& picture = robot_picture.draw(controls, view);
      std::array<char, 16> text{};
      std::snprintf(text.data(), text.size(), "%g", static_cast<double>(values[k]));
      label(picture, text.data(), {4, cell - 5}, 0.36, {255, 255, 255});
      picture.copyTo(sheet(cv::Rect(corner.x + static_cast<int>(k) * cell, corner.y + kLabelHeight, cell, cell)));
    }
  }
  return sheet;
}

}  // namespace vividface
