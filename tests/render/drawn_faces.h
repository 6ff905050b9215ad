#pragma once

#include <initializer_list>
#include <opencv2/core.hpp>
#include <utility>

#include "robot/controls.h"

namespace vividface {

/// Neutral but for these.
inline ControlVector with(std::initializer_list<std::pair<const char*, float>> changes) {
  ControlVector controls = ControlTable::ameca().neutral();
  for (const auto& [name, value] : changes) controls.at(ControlTable::ameca().index_of(name).value()) = value;
  return controls;
}

/// Mean over all pixels and channels, in grey levels.
inline double difference(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_L1) / static_cast<double>(a.total() * 3);
}

}  // namespace vividface
