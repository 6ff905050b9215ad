#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>

#include "server/frame_fate.h"
#include "shadow/stage_clock.h"

namespace vividface {

/// How long a stage took in the last frames, s.
struct RecentStage {
  double p50 = 0, p95 = 0, p99 = 0, max = 0;
  std::optional<double> now;  ///< the mean of the last quarter of a second; nothing where no frame was shadowed in it
};

/// What the dashboard says of the service's pace.
struct Performance {
  std::array<RecentStage, kStages.size()> stages{};        ///< by Stage, of the last shadowed frames
  std::array<std::uint64_t, kFrameFates.size()> frames{};  ///< by FrameFate, since the start
  double shadowed_per_s = 0;                               ///< over the last shadowed frames
  std::optional<double> frame_age{};  ///< s since the last shadowed frame came; nothing where that is 10 s ago
};

/// The times of the last 300 shadowed frames. Any thread.
class RecentTimes {
 public:
  void add(const StageTimes& times);
  /// Fills in all but the fates. Frames older than 10 s before `now` do not count.
  void describe(Performance& performance, Clock::time_point now) const;

 private:
  static constexpr std::size_t kFrames = 300;
  struct Entry {
    Clock::time_point sent;
    std::array<double, kStages.size()> seconds;
  };

  mutable std::mutex mutex_;
  std::array<Entry, kFrames> ring_;
  std::uint64_t count_ = 0;
};

}  // namespace vividface
