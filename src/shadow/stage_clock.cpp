#include "shadow/stage_clock.h"

#include <algorithm>
#include <cmath>

namespace vividface {
namespace {

constexpr double kShortest = 1e-6, kLongest = 100;
const double kLogStep = std::log(1.01);

std::size_t bin_of(double seconds) {
  return static_cast<std::size_t>(std::log(std::clamp(seconds, kShortest, kLongest) / kShortest) / kLogStep);
}

double middle_of(std::size_t bin) { return kShortest * std::exp((static_cast<double>(bin) + 0.5) * kLogStep); }

}  // namespace

std::string_view name(Stage stage) {
  switch (stage) {
    case Stage::preprocessing:
      return "preprocessing";
    case Stage::generation:
      return "control_generation";
    case Stage::transmission:
      return "transmission";
    case Stage::end_to_end:
      return "total";
  }
  return "";
}

double StageTimes::seconds(Stage stage) const {
  const auto between = [](Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
  };
  switch (stage) {
    case Stage::preprocessing:
      return between(arrival, preprocessed);
    case Stage::generation:
      return between(preprocessed, generated);
    case Stage::transmission:
      return between(generated, sent);
    case Stage::end_to_end:
      return between(arrival, sent);
  }
  return 0;
}

void StageTimes::finish_skipped_stages(Clock::time_point now) {
  for (Clock::time_point* end : {&preprocessed, &generated})
    if (*end == Clock::time_point{}) *end = now;
}

DurationStatistics::DurationStatistics() : bins_(bin_of(kLongest) + 1) {}

void DurationStatistics::add(double seconds) {
  ++bins_[bin_of(seconds)];
  min_ = count_ == 0 ? seconds : std::min(min_, seconds);
  max_ = count_ == 0 ? seconds : std::max(max_, seconds);
  ++count_;
  const double difference = seconds - mean_;  // Welford's recurrence: exact enough for any length of stream
  mean_ += difference / static_cast<double>(count_);
  squares_ += difference * (seconds - mean_);
}

double DurationStatistics::mean() const { return mean_; }

double DurationStatistics::standard_deviation() const {
  return count_ == 0 ? 0 : std::sqrt(squares_ / static_cast<double>(count_));
}

double DurationStatistics::percentile(double fraction) const {
  if (count_ == 0) return 0;
  const double wanted = std::clamp(fraction, 0.0, 1.0) * static_cast<double>(count_);
  double seen = 0;
  for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
    seen += static_cast<double>(bins_[bin]);
    if (seen > 0 && seen >= wanted) return std::clamp(middle_of(bin), min_, max_);
  }
  return max_;
}

void StageStatistics::add(const StageTimes& times) {
  for (Stage stage : kStages) stages_[static_cast<std::size_t>(stage)].add(times.seconds(stage));
}

}  // namespace vividface
