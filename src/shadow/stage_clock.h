#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "face/frame.h"

namespace vividface {

/// The stages of the paper's Table IV, and their sum.
enum class Stage { preprocessing, generation, transmission, end_to_end };
inline constexpr std::array<Stage, 4> kStages = {Stage::preprocessing, Stage::generation, Stage::transmission,
                                                 Stage::end_to_end};

/// "preprocessing", "control_generation", "transmission", "total": the names in reports.
std::string_view name(Stage stage);

/// When one frame passed each stage's end.
struct StageTimes {
  Clock::time_point arrival;       ///< the frame's last byte was there
  Clock::time_point preprocessed;  ///< decoded, the face found and tracked
  Clock::time_point generated;  ///< M1 and M2 have run, and the safety stage where a robot is: the controls are known
  Clock::time_point sent;       ///< the link's send returned

  double seconds(Stage stage) const;
  /// A stage that a held frame never reached ends `now`.
  void finish_skipped_stages(Clock::time_point now);
};

/// Statistics of a duration over a stream of any length in constant memory: mean, standard deviation, minimum and
/// maximum are exact, percentiles are within 0.5 % (bins in geometric steps of 1 % from 1 µs to 100 s).
class DurationStatistics {
 public:
  DurationStatistics();

  void add(double seconds);

  std::uint64_t count() const { return count_; }
  double mean() const;
  double standard_deviation() const;  ///< of the population
  double max() const { return max_; }
  /// The smallest duration that `fraction` (0…1) of all do not exceed; 0 when there are none.
  double percentile(double fraction) const;

 private:
  std::vector<std::uint64_t> bins_;
  std::uint64_t count_ = 0;
  double mean_ = 0, squares_ = 0, min_ = 0, max_ = 0;
};

/// The statistics of all stages of a stream.
class StageStatistics {
 public:
  void add(const StageTimes& times);
  const DurationStatistics& operator[](Stage stage) const { return stages_[static_cast<std::size_t>(stage)]; }

 private:
  std::array<DurationStatistics, kStages.size()> stages_;
};

}  // namespace vividface
