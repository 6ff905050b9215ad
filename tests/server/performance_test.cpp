#include "server/performance.h"

#include <gtest/gtest.h>

namespace vividface {
namespace {

using std::chrono::milliseconds;

StageTimes frame(Clock::time_point arrival, int total_ms) {
  return {.arrival = arrival,
          .preprocessed = arrival + milliseconds(1),
          .generated = arrival + milliseconds(2),
          .sent = arrival + milliseconds(total_ms)};
}

const RecentStage& total(const Performance& performance) {
  return performance.stages[static_cast<std::size_t>(Stage::end_to_end)];
}

TEST(RecentTimes, DescribesTheLastFrames) {
  RecentTimes times;
  const Clock::time_point start = Clock::time_point() + std::chrono::hours(1);
  for (int i = 0; i < 100; ++i) times.add(frame(start + milliseconds(20 * i), 3 + i));
  Performance performance;
  times.describe(performance, start + milliseconds(2200));
  EXPECT_NEAR(total(performance).p50, 0.052, 1e-9);
  EXPECT_NEAR(total(performance).p95, 0.097, 1e-9);
  EXPECT_NEAR(total(performance).p99, 0.101, 1e-9);
  EXPECT_NEAR(total(performance).max, 0.102, 1e-9);
  EXPECT_NEAR(performance.stages[0].max, 0.001, 1e-9);
  EXPECT_NEAR(performance.shadowed_per_s, 99 / (99 * 0.021), 1e-6);
}

TEST(RecentTimes, SaysWhatIsSoNow) {
  RecentTimes times;
  Performance performance;
  const Clock::time_point start = Clock::time_point() + std::chrono::hours(1);
  times.describe(performance, start);
  EXPECT_FALSE(performance.frame_age);
  EXPECT_FALSE(total(performance).now);

  times.add(frame(start, 500));
  times.add(frame(start + milliseconds(1000), 10));
  times.add(frame(start + milliseconds(1030), 20));
  times.describe(performance, start + milliseconds(1100));
  EXPECT_NEAR(total(performance).now.value(), 0.015, 1e-9);
  EXPECT_NEAR(performance.frame_age.value(), 0.070, 1e-9);  // since it came, not since it was sent
  performance = {};
  times.describe(performance, start + milliseconds(3030));
  EXPECT_FALSE(total(performance).now);
  EXPECT_NEAR(performance.frame_age.value(), 2, 1e-9);
  performance = {};
  times.describe(performance, start + milliseconds(12'000));
  EXPECT_FALSE(performance.frame_age);
}

TEST(RecentTimes, OldFramesDoNotCount) {
  RecentTimes times;
  const Clock::time_point start = Clock::time_point() + std::chrono::hours(1);
  Performance performance;
  times.describe(performance, start);
  EXPECT_EQ(total(performance).max, 0);
  times.add(frame(start, 500));
  for (int i = 0; i < 1000; ++i) times.add(frame(start + milliseconds(20'000 + i), 5));
  times.describe(performance, start + milliseconds(21'010));
  EXPECT_NEAR(total(performance).max, 0.005, 1e-9);
  performance = {};
  times.describe(performance, start + milliseconds(60'000));
  EXPECT_EQ(total(performance).p99, 0);
  EXPECT_EQ(performance.shadowed_per_s, 0);
}

}  // namespace
}  // namespace vividface
