#include "evaluate/stillness.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "dataset/performer_scene.h"
#include "evaluate/imitation.h"
#include "robot/no_robot.h"
#include "robot/safety.h"

namespace vividface {
namespace {

constexpr double kFramesPerSecond = 30;
constexpr std::uint64_t kNoiseStream = 0x7374696c6c;
constexpr double kMostNoise = 100;

/// A robot behind the safety stage, which has its own time of so many frames a second.
class SafeRobot {
 public:
  /// Its pose after one more frame. One that was not shadowed is as if nothing had come.
  const ControlVector& follow(const ShadowedFrame& frame) {
    const bool usable = frame.status == ShadowStatus::shadowing;
    return safety_.step(frame.time, usable ? std::optional(TimedControls{frame.controls, frame.time}) : std::nullopt);
  }

 private:
  SafetyStage safety_{ControlTable::ameca(), SafetyLimits::ameca()};
};

}  // namespace

void check(const StillnessOptions& options) {
  if (options.frames < 2)
    throw InputError("--frames " + std::to_string(options.frames) + ": expected 2 or more, to see what moves");
  if (!(options.noise >= 0 && options.noise <= kMostNoise))
    throw InputError("--noise " + std::to_string(options.noise) + ": expected grey levels from 0 to 100");
}

ControlDeviations::ControlDeviations(std::span<const ControlVector> controls) {
  std::vector<double> values(controls.size());
  for (std::size_t c = 0; c < kControlCount; ++c) {
    std::ranges::transform(controls, values.begin(), [c](const ControlVector& v) { return static_cast<double>(v[c]); });
    const auto [min, max] = ControlTable::ameca()[c].shadowing;
    percent_[c] = 100 * moments(values).deviation / (static_cast<double>(max) - static_cast<double>(min));
  }
}

double ControlDeviations::mean() const {
  return std::accumulate(percent_.begin(), percent_.end(), 0.0) / static_cast<double>(kControlCount);
}

std::size_t ControlDeviations::worst() const {
  return static_cast<std::size_t>(std::ranges::max_element(percent_) - percent_.begin());
}

Stillness measure_stillness(ShadowParts parts, const cv::Mat& reference, const cv::Mat& still,
                            const StillnessOptions& options, const std::function<void()>& each_frame) {
  check(options);
  NoRobot nowhere;  // what step() returns is enough
  Shadow shadow(std::move(parts), ControlTable::ameca(), nowhere);
  SafeRobot robot;
  robot.follow(shadow.step({.bgr = reference}));
  if (!shadow.reference()) throw InputError("no face in the frame that motion is to be relative to");

  Sensor sensor;
  sensor.read_noise = static_cast<float>(options.noise);
  Random random(options.seed ^ kNoiseStream, 0);
  std::vector<ControlVector> read, sent;
  Stillness found;
  for (std::size_t i = 1; i <= options.settle + options.frames; ++i) {
    cv::Mat noisy = still.clone();
    sensor.expose(noisy, random);
    const ShadowedFrame& frame =
        shadow.step({.bgr = noisy, .time = static_cast<double>(i) / kFramesPerSecond, .index = i});
    const ControlVector& pose = robot.follow(frame);
    each_frame();
    if (i <= options.settle) continue;
    sent.push_back(pose);
    if (frame.status == ShadowStatus::shadowing) {
      read.push_back(frame.controls);
    } else {
      ++found.lost;
    }
  }
  if (read.size() < 2)
    throw InputError("the face is seen in " + std::to_string(read.size()) + " of " + std::to_string(options.frames) +
                     " frames with this noise; give less of --noise, or another frame by --at");
  found.read = ControlDeviations(read);
  found.sent = ControlDeviations(sent);
  return found;
}

}  // namespace vividface
