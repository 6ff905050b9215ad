#include "links/zeromq_json.h"

#include <chrono>

#include "links/decimal.h"

namespace vividface {

void ZeromqJson::sent(const SentPose& pose) {
  const double now = seconds_since_epoch();
  const double monotonic = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  publisher_.send(message_.write(pose, now - monotonic, now));
}

}  // namespace vividface
