#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "server/frame_fate.h"
#include "server/metrics_text.h"
#include "server/performance.h"
#include "shadow/stage_clock.h"

namespace vividface {

/// What the live service counts for those who watch it. Any thread may count and write.
class LiveMetrics {
 public:
  /// Of a frame that was not superseded.
  void count(FrameFate fate) { ++fates_[static_cast<std::size_t>(fate)]; }
  /// Of a frame that was shadowed.
  void add(const StageTimes& times);

  // Samples, to stand below their family; each has `label` ("" or such as `session="anna",`) before its own.
  static void frames_family(MetricsText& out);
  /// `superseded`: how many frames were.
  void write_frames(MetricsText& out, std::uint64_t superseded, std::string_view label) const;
  static void stages_family(MetricsText& out);
  void write_stages(MetricsText& out, std::string_view label) const;
  /// The same for people who look now.
  Performance performance(std::uint64_t superseded) const;

 private:
  static constexpr std::array kBounds = {0.001, 0.002, 0.003, 0.005, 0.007, 0.010, 0.014,
                                         0.020, 0.030, 0.050, 0.100, 0.200, 0.500};  // s
  struct Histogram {
    std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> buckets{};  // the last: longer than any bound
    std::atomic<std::uint64_t> nanoseconds{0};
  };

  std::array<std::atomic<std::uint64_t>, kFrameFates.size()> fates_{};
  std::array<Histogram, kStages.size()> stages_{};
  RecentTimes recent_;
};

}  // namespace vividface
