#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vividface {

struct OneEuroParameters {
  double min_cutoff_hz = 3;         ///< of a signal at rest: lower is calmer and later
  double beta = 4;                  ///< Hz per unit/s: how much a moving signal is let through
  double derivative_cutoff_hz = 4;  ///< of the speed that beta multiplies
  double rest_speed = 0;            ///< units/s: what moves slower is at rest
};

/// The 1-euro filter (Casiez, Roussel, Vogel, CHI 2012): a first-order low pass whose cutoff rises with speed.
///   x̂ = x̂ + α(cutoff)·(x − x̂), α(f) = 1 / (1 + 1/(2π f dt)), cutoff = min_cutoff + β·max(0, |speed| − rest_speed).
/// The rest speed is ours: noise has a speed too, and opened the filter for itself.
/// What comes out lies between what came out before and what goes in.
class OneEuroFilter {
 public:
  /// The next value is taken as it is.
  void reset() { started_ = false; }

  /// `dt` in s since the last value, above 0 (else the value is skipped); `value` is finite.
  double filter(double value, double dt, const OneEuroParameters& parameters) {
    if (!started_) {
      started_ = true;
      speed_ = 0;
      return filtered_ = value;
    }
    if (!(dt > 0)) return filtered_;
    speed_ += weight(parameters.derivative_cutoff_hz, dt) * ((value - filtered_) / dt - speed_);
    const double cutoff =
        parameters.min_cutoff_hz + parameters.beta * std::max(0.0, std::abs(speed_) - parameters.rest_speed);
    filtered_ += weight(cutoff, dt) * (value - filtered_);
    return filtered_;
  }

 private:
  static double weight(double cutoff_hz, double dt) { return 1 / (1 + 1 / (2 * std::numbers::pi * cutoff_hz * dt)); }

  double filtered_ = 0, speed_ = 0;
  bool started_ = false;
};

}  // namespace vividface
