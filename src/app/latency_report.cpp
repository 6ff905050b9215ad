#include "app/latency_report.h"

#include <fmt/format.h>

#include <ostream>

namespace vividface {
namespace {

std::string_view title(Stage stage) {
  switch (stage) {
    case Stage::preprocessing:
      return "Model input preprocessing";
    case Stage::generation:
      return "Control signal generation";
    case Stage::transmission:
      return "Data transmission";
    case Stage::end_to_end:
      return "End to end";
  }
  return "";
}

}  // namespace

nlohmann::ordered_json to_json(const DurationStatistics& statistics) {
  return {{"mean", statistics.mean()},          {"std", statistics.standard_deviation()},
          {"p50", statistics.percentile(0.50)}, {"p95", statistics.percentile(0.95)},
          {"p99", statistics.percentile(0.99)}, {"max", statistics.max()}};
}

nlohmann::ordered_json to_json(const StreamReport& report, const StageStatistics& latency) {
  nlohmann::ordered_json json = {{"engine", report.engine},
                                 {"input", report.input},
                                 {"realtime", report.realtime},
                                 {"frames", report.counts.frames},
                                 {"frames_shadowed", report.counts.shadowing},
                                 {"frames_without_face", report.counts.no_face},
                                 {"frames_calibrating", report.counts.calibrating},
                                 {"frames_bad", report.counts.bad_frame},
                                 {"frames_dropped", report.dropped},
                                 {"send_failures", report.counts.send_failures},
                                 {"peak_memory_bytes", report.peak_memory}};
  for (Stage stage : kStages) {
    auto& parent = stage == Stage::end_to_end ? json : json["stages"];
    parent[std::string(name(stage))] = to_json(latency[stage]);
  }
  return json;
}

void print_summary(std::ostream& out, const StreamReport& report, const StageStatistics& latency) {
  const ShadowCounts& counts = report.counts;
  out << fmt::format("{} frames: {} shadowed, {} without a face", counts.frames, counts.shadowing, counts.no_face);
  if (counts.calibrating > 0) out << fmt::format(", {} for calibration", counts.calibrating);
  if (counts.bad_frame > 0) out << fmt::format(", {} bad", counts.bad_frame);
  if (report.realtime) out << fmt::format(", {} dropped", report.dropped);
  out << fmt::format("; at most {:.0f} MB of memory\n", static_cast<double>(report.peak_memory) / 1e6);
  if (counts.shadowing == 0) return;
  out << fmt::format("{:<28}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}\n", "Latency in ms", "mean", "std", "p50", "p95", "p99",
                     "max");
  for (Stage stage : kStages) {
    const DurationStatistics& s = latency[stage];
    out << fmt::format("{:<28}{:>8.2f}{:>8.2f}{:>8.2f}{:>8.2f}{:>8.2f}{:>8.2f}\n", title(stage), s.mean() * 1e3,
                       s.standard_deviation() * 1e3, s.percentile(0.5) * 1e3, s.percentile(0.95) * 1e3,
                       s.percentile(0.99) * 1e3, s.max() * 1e3);
  }
}

}  // namespace vividface
