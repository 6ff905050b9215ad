#include "links/zeromq_json.h"

#include <chrono>
#include <limits>

#include "links/decimal.h"

namespace vividface {
namespace {

double monotonic_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// What the monotonic clock's zero is by the system's clock. Of three looks at both the quickest: the thread may be held
// up in between.
double epoch() {
  constexpr int kLooks = 3;
  double quickest = std::numeric_limits<double>::infinity(), epoch = 0;
  for (int i = 0; i < kLooks; ++i) {
    const double before = monotonic_seconds(), system = seconds_since_epoch(), after = monotonic_seconds();
    if (after - before >= quickest) continue;
    quickest = after - before;
    epoch = system - (before + after) / 2;
  }
  return epoch;
}

}  // namespace

void ZeromqJson::sent(const SentPose& pose) { publisher_.send(message_.write(pose, epoch(), seconds_since_epoch())); }

}  // namespace vividface
