#pragma once

#include <chrono>
#include <cstddef>
#include <opencv2/core/mat.hpp>

namespace vividface {

using Clock = std::chrono::steady_clock;

/// One picture of the person.
struct Frame {
  cv::Mat bgr;                  ///< CV_8UC3; empty when the frame could not be decoded
  double time = 0;              ///< seconds since the stream's first frame, by the stream's own clock
  std::size_t index = 0;        ///< its number in the stream, from 0
  Clock::time_point arrival{};  ///< when its last byte was there: before it is decoded. Latency counts from here
};

}  // namespace vividface
