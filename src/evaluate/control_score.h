#pragma once

#include <array>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "train/regression_score.h"

namespace vividface {

/// Which controls belong together, by how their names begin.
struct ControlGroup {
  std::string_view name;
  std::vector<std::string_view> beginnings;

  bool has(std::size_t control) const;
};
/// brows, lids, gaze, nose, jaw, lips, head and neck: every control is in one.
const std::vector<ControlGroup>& control_groups();

/// A turn that head and neck share.
struct SharedTurn {
  std::string_view name;
  std::size_t head, neck;  ///< controls
};
/// Pitch and roll.
const std::array<SharedTurn, 2>& shared_turns();

/// How well the robot's controls were read off people whose true controls are known, judged by what the robot can
/// show: the truth is limited to the shadowing ranges, as what is sent is.
class ControlScore {
 public:
  void add(const ControlVector& sent, const ControlVector& truth);

  std::size_t count() const { return each_.count(); }
  /// Nothing for a control that does not vary.
  std::optional<double> r2(std::size_t control) const { return each_.r2(control); }
  double mean_absolute_error(std::size_t control) const;  ///< % of the shadowing range
  /// Of the controls of a group that vary; nothing when none does.
  std::optional<double> mean_r2(const ControlGroup& group) const;
  /// Of all controls that vary.
  std::optional<double> mean_r2() const;
  /// Of the head's and the neck's pitch (or roll) together: nobody can see which of them made a turn.
  std::optional<double> r2_of_whole(const SharedTurn& turn) const { return whole_turns_.r2(turn.head); }
  /// Of all controls that vary, shared turns counted once.
  std::optional<double> mean_r2_of_whole_turns() const;

 private:
  RegressionScore each_, whole_turns_;
};

/// What the score should at least be: the mean, and every control of some groups.
struct ControlBar {
  std::string name;
  double wanted;
  std::optional<double> reached;
  std::string control;  ///< the weakest one; empty for the mean

  bool met() const { return reached && *reached >= wanted; }
};
std::vector<ControlBar> control_bars(const ControlScore& score);

nlohmann::ordered_json to_json(const ControlScore& score);

}  // namespace vividface
