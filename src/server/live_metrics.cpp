#include "server/live_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vividface {
namespace {

constexpr double kNanosecondsPerSecond = 1e9;

}  // namespace

void LiveMetrics::add(const StageTimes& times) {
  for (const Stage stage : kStages) {
    const double seconds = std::max(0.0, times.seconds(stage));
    Histogram& histogram = stages_[static_cast<std::size_t>(stage)];
    const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin();
    ++histogram.buckets[static_cast<std::size_t>(bucket)];
    histogram.nanoseconds += static_cast<std::uint64_t>(std::llround(seconds * kNanosecondsPerSecond));
  }
}

void LiveMetrics::write(MetricsText& out, std::uint64_t superseded) const {
  out.family("vividface_frames_total", "counter", "Frames by what became of them.");
  for (const FrameFate fate : kFrameFates) {
    const std::uint64_t count =
        fate == FrameFate::superseded ? superseded : fates_[static_cast<std::size_t>(fate)].load();
    out.sample(static_cast<double>(count), fmt::format("became=\"{}\"", name(fate)));
  }
  out.family("vividface_stage_seconds", "histogram", "How long the stages of a shadowed frame took.");
  for (const Stage stage : kStages) {
    const Histogram& histogram = stages_[static_cast<std::size_t>(stage)];
    const std::string label = fmt::format("stage=\"{}\"", name(stage));
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < kBounds.size(); ++i) {
      count += histogram.buckets[i];
      out.sample(static_cast<double>(count), fmt::format("{},le=\"{}\"", label, kBounds[i]), "_bucket");
    }
    count += histogram.buckets.back();
    out.sample(static_cast<double>(count), label + ",le=\"+Inf\"", "_bucket");
    out.sample(static_cast<double>(histogram.nanoseconds) / kNanosecondsPerSecond, label, "_sum");
    out.sample(static_cast<double>(count), label, "_count");
  }
}

}  // namespace vividface
