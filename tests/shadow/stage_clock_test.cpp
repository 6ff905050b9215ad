#include "shadow/stage_clock.h"

#include <gtest/gtest.h>

#include <cmath>

namespace vividface {
namespace {

TEST(DurationStatistics, OfNothingAreZero) {
  DurationStatistics none;
  EXPECT_EQ(none.mean(), 0);
  EXPECT_EQ(none.standard_deviation(), 0);
  EXPECT_EQ(none.percentile(0.5), 0);
  EXPECT_EQ(none.max(), 0);
}

TEST(DurationStatistics, OfOneToAHundredMilliseconds) {
  DurationStatistics statistics;
  for (int i = 100; i >= 1; --i) statistics.add(i * 1e-3);
  EXPECT_NEAR(statistics.mean(), 50.5e-3, 1e-9);
  EXPECT_NEAR(statistics.standard_deviation(), std::sqrt((100 * 100 - 1) / 12.0) * 1e-3, 1e-9);
  EXPECT_DOUBLE_EQ(statistics.max(), 0.1);
  EXPECT_NEAR(statistics.percentile(0.50), 50e-3, 0.5e-3);
  EXPECT_NEAR(statistics.percentile(0.99), 99e-3, 0.6e-3);
  EXPECT_NEAR(statistics.percentile(0), 1e-3, 1e-5);
  EXPECT_NEAR(statistics.percentile(1), 0.1, 1e-3);
}

TEST(DurationStatistics, TakeZeroAndAbsurdlyLongDurations) {
  DurationStatistics statistics;
  statistics.add(0);
  statistics.add(1e9);
  EXPECT_DOUBLE_EQ(statistics.max(), 1e9);
  EXPECT_LE(statistics.percentile(0.5), 1e-5);
}

TEST(StageTimes, StagesAddUpToEndToEnd) {
  const Clock::time_point start = Clock::now();
  const auto at = [&](int milliseconds) { return start + std::chrono::milliseconds(milliseconds); };
  const StageTimes times{.arrival = at(0), .preprocessed = at(2), .generated = at(5), .sent = at(6)};
  EXPECT_NEAR(times.seconds(Stage::preprocessing), 2e-3, 1e-12);
  EXPECT_NEAR(times.seconds(Stage::generation), 3e-3, 1e-12);
  EXPECT_NEAR(times.seconds(Stage::transmission), 1e-3, 1e-12);
  EXPECT_NEAR(times.seconds(Stage::end_to_end), 6e-3, 1e-12);
}

TEST(StageTimes, AStageThatWasNeverReachedTakesNoTime) {
  const Clock::time_point now = Clock::now();
  StageTimes times{.arrival = now - std::chrono::milliseconds(1), .preprocessed = {}, .generated = {}, .sent = now};
  times.finish_skipped_stages(now);
  EXPECT_NEAR(times.seconds(Stage::preprocessing), 1e-3, 1e-12);
  EXPECT_EQ(times.seconds(Stage::generation), 0);
}

}  // namespace
}  // namespace vividface
