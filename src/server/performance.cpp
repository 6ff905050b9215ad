#include "server/performance.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace vividface {
namespace {

constexpr std::chrono::seconds kRecent(10);
constexpr std::chrono::milliseconds kNow(250);

struct Mean {
  double sum = 0;
  int count = 0;
};

// The smallest that `fraction` of all do not exceed.
double percentile(const std::vector<double>& sorted, double fraction) {
  const auto rank = static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

void RecentTimes::add(const StageTimes& times) {
  Entry entry{.sent = times.sent, .seconds = {}};
  for (const Stage stage : kStages)
    entry.seconds[static_cast<std::size_t>(stage)] = std::max(0.0, times.seconds(stage));
  const std::lock_guard lock(mutex_);
  ring_[count_++ % kFrames] = entry;
}

void RecentTimes::describe(Performance& performance, Clock::time_point now) const {
  std::array<std::vector<double>, kStages.size()> seconds;
  std::array<Mean, kStages.size()> lately;
  Clock::time_point first = now, last = now - kRecent;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < std::min<std::uint64_t>(count_, kFrames); ++i) {
      if (ring_[i].sent < now - kRecent) continue;
      first = std::min(first, ring_[i].sent);
      last = std::max(last, ring_[i].sent);
      for (std::size_t stage = 0; stage < kStages.size(); ++stage) {
        const double took = ring_[i].seconds[stage];
        seconds[stage].push_back(took);
        if (ring_[i].sent >= now - kNow) lately[stage] = {lately[stage].sum + took, lately[stage].count + 1};
      }
    }
    if (count_ > 0) {
      const Entry& newest = ring_[(count_ - 1) % kFrames];
      const double took = newest.seconds[static_cast<std::size_t>(Stage::end_to_end)];
      const double age = std::chrono::duration<double>(now - newest.sent).count() + took;
      if (now - newest.sent < kRecent) performance.frame_age = std::max(0.0, age);
    }
  }
  const std::size_t frames = seconds[0].size();
  const double span = std::chrono::duration<double>(last - first).count();
  performance.shadowed_per_s = frames > 1 && span > 0 ? static_cast<double>(frames - 1) / span : 0;
  for (std::size_t stage = 0; stage < kStages.size() && frames > 0; ++stage) {
    std::sort(seconds[stage].begin(), seconds[stage].end());
    performance.stages[stage] = {
        .p50 = percentile(seconds[stage], 0.5),
        .p95 = percentile(seconds[stage], 0.95),
        .p99 = percentile(seconds[stage], 0.99),
        .max = seconds[stage].back(),
        .now = lately[stage].count > 0 ? std::optional(lately[stage].sum / lately[stage].count) : std::nullopt};
  }
}

}  // namespace vividface
