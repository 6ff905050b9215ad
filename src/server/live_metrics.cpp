#include "server/live_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vividface {
namespace {

constexpr double kNanosecondsPerSecond = 1e9;

}  // namespace

void LiveMetrics::add(const StageTimes& times) {
  recent_.add(times);
  for (const Stage stage : kStages) {
    const double seconds = std::max(0.0, times.seconds(stage));
    Histogram& histogram = stages_[static_cast<std::size_t>(stage)];
    const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
    ++histogram.buckets[static_cast<std::size_t>(bucket)];
    histogram.nanoseconds += static_cast<std::uint64_t>(std::llround(seconds * kNanosecondsPerSecond));
  }
}

Performance LiveMetrics::performance(std::uint64_t superseded) const {
  Performance performance;
  recent_.describe(performance, Clock::now());
  std::copy(fates_.begin(), fates_.end(), performance.frames.begin());
  performance.frames[static_cast<std::size_t>(FrameFate::superseded)] = superseded;
  return performance;
}

void LiveMetrics::frames_family(MetricsText& out) {
  out.family("vividface_frames_total", "counter", "Frames by what became of them.");
}

void LiveMetrics::write_frames(MetricsText& out, std::uint64_t superseded, std::string_view label) const {
  for (const FrameFate fate : kFrameFates) {
    const std::uint64_t count =
        fate == FrameFate::superseded ? superseded : fates_[static_cast<std::size_t>(fate)].load();
    out.sample(static_cast<double>(count), fmt::format("{}became=\"{}\"", label, name(fate)));
  }
}

void LiveMetrics::stages_family(MetricsText& out) {
  out.family("vividface_stage_seconds", "histogram", "How long the stages of a shadowed frame took.");
}

void LiveMetrics::write_stages(MetricsText& out, std::string_view label) const {
  for (const Stage stage : kStages) {
    const Histogram& histogram = stages_[static_cast<std::size_t>(stage)];
    const std::string stage_label = fmt::format("{}stage=\"{}\"", label, name(stage));
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
      count += histogram.buckets[i];
      out.sample(static_cast<double>(count), fmt::format("{},le=\"{}\"", stage_label, kBounds[i]), "_bucket");
    }
    count += histogram.buckets.back();
    out.sample(static_cast<double>(count), stage_label + ",le=\"+Inf\"", "_bucket");
    out.sample(static_cast<double>(histogram.nanoseconds) / kNanosecondsPerSecond, stage_label, "_sum");
    out.sample(static_cast<double>(count), stage_label, "_count");
  }
}

}  // namespace vividface
