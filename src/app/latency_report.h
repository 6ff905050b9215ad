#pragma once

#include <filesystem>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <string>

#include "shadow/shadow.h"

namespace vividface {

/// What a stream was, as the report file says it.
struct StreamReport {
  std::string engine, input;
  bool realtime = false;
  ShadowCounts counts;
  std::uint64_t dropped = 0;    ///< frames that came while an older one was in work, and were never shadowed
  std::size_t peak_memory = 0;  ///< bytes
};

/// {"mean", "std", "p50", "p95", "p99", "max"} in seconds.
nlohmann::ordered_json to_json(const DurationStatistics& statistics);
nlohmann::ordered_json to_json(const StreamReport& report, const StageStatistics& latency);

/// The same for people: the frames, and the stages of Table IV in milliseconds.
void print_summary(std::ostream& out, const StreamReport& report, const StageStatistics& latency);

}  // namespace vividface
