#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <span>

#include "robot/controls.h"
#include "shadow/shadow.h"

namespace vividface {

/// How much each control moves: its standard deviation in % of its shadowing range.
class ControlDeviations {
 public:
  ControlDeviations() = default;
  explicit ControlDeviations(std::span<const ControlVector> controls);

  double operator[](std::size_t control) const { return percent_[control]; }
  double mean() const;
  std::size_t worst() const;  ///< the control that moves most
  double largest() const { return percent_[worst()]; }

 private:
  std::array<double, kControlCount> percent_{};
};

/// The most that any control of a still person's robot may move, in % of its range.
inline constexpr double kStillBar = 0.5;

struct StillnessOptions {
  std::size_t frames = 90;  ///< that count; 2 or more
  std::size_t settle = 60;  ///< before them, while the tracker finds its place and the safety stage takes over
  double noise = 2;         ///< standard deviation of the sensor noise, grey levels, 0…100
  std::uint64_t seed = 1;
};

/// Throws InputError that names the option for one out of range.
void check(const StillnessOptions& options);

struct Stillness {
  ControlDeviations read;  ///< as Algorithm 1 gives them, over the frames in which it saw a face
  ControlDeviations sent;  ///< as a robot is sent them: behind the safety stage
  std::size_t lost = 0;    ///< of the frames that count: no face was found in them, and the pose was held
};

/// A face that holds still before a camera of 30 frames a second: `still` again and again, each time with new sensor
/// noise (dataset's Sensor: near enough to a bell), relative to `reference`; both BGR CV_8UC3, each with a face.
/// `each_frame` is called after every frame; what it throws ends the measurement. Throws InputError for options out of
/// range, and when there is no face to follow in two frames.
Stillness measure_stillness(
    ShadowParts parts, const cv::Mat& reference, const cv::Mat& still, const StillnessOptions& options,
    const std::function<void()>& each_frame = [] {});

}  // namespace vividface
