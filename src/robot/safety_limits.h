#pragma once

#include <array>
#include <filesystem>
#include <istream>
#include <string>

#include "robot/controls.h"
#include "robot/one_euro_filter.h"

namespace vividface {

/// What config/safety.json says: how still, how fast and for how long.
struct SafetyLimits {
  double hold_after = 0.5;                      ///< s without usable controls before the watchdog takes over
  double hold = 0.5;                            ///< s that it holds the pose
  double ease = 1.5;                            ///< s from there to the neutral pose; hold + ease is at most 2
  double takeover = 1;                          ///< s over which shadowing takes the robot over
  double longest_step = 0.1;                    ///< s: what a step may move when the last one is longer ago than this
  std::array<double, kControlCount> fastest{};  ///< each control's unit per s
  std::array<OneEuroParameters, kControlCount> filter{};  ///< of its face region, in fractions of its range

  /// Reads a file such as config/safety.json. Throws InputError unless every control of `table` is in exactly one
  /// region, all values are in range, and every control can ease to neutral in time at its rate.
  static SafetyLimits load(const std::filesystem::path& json, const ControlTable& table);
  /// The same for a stream; `name` stands for the file in errors.
  static SafetyLimits parse(std::istream& json, const std::string& name, const ControlTable& table);
  /// Those that the program comes with, for Ameca's table.
  static const SafetyLimits& ameca();
};

}  // namespace vividface
