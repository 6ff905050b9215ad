#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "robot/controls.h"

namespace vividface {

/// How well predicted controls fit the true ones, control by control, over the pictures added.
class RegressionScore {
 public:
  void add(const ControlVector& predicted, const ControlVector& truth);

  std::size_t count() const { return count_; }
  /// R² = 1 − Σ(predicted − truth)² / Σ(truth − mean)². Nothing for a control that does not vary.
  std::optional<double> r2(std::size_t control) const;
  /// Pearson's r of predicted and true values. Nothing where either does not vary.
  std::optional<double> correlation(std::size_t control) const;
  double mean_absolute_error(std::size_t control) const;  ///< in the control's own unit

 private:
  struct Sums {
    double truth = 0, truth_squared = 0, predicted = 0, predicted_squared = 0, product = 0;
    double error_squared = 0, error_absolute = 0;
  };
  std::array<Sums, kControlCount> sums_{};
  std::size_t count_ = 0;
};

/// What a mapping network is worth: on pictures of the robot (I_x) and on M1's pictures of the same (Ĩ); one that sees
/// persons on their faces, in place of both. Only controls that it learns (`learnt`) count in the mean.
struct MappingEvaluation {
  RegressionScore canonical, animated;
  bool sees_person = false;  ///< then `animated` is of persons' faces
  std::array<bool, kControlCount> learnt{};

  std::optional<double> mean_r2(const RegressionScore& score) const;
  std::string table() const;
  std::string json() const;
};

}  // namespace vividface
