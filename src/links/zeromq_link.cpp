#include "links/zeromq_link.h"

#include "links/decimal.h"

namespace vividface {

ZeromqLink::ZeromqLink(const ZeromqOptions& options)
    : publisher_(options.endpoint, options.key), timestamp_(options.timestamp) {}

void ZeromqLink::send(const ControlVector& controls, double) {
  DecimalText text;
  if (timestamp_) publisher_.send(text.seconds(seconds_since_epoch()), true);
  for (std::size_t i = 0; i < kControlCount; ++i) {
    publisher_.send(text.shortest(controls[i]), i + 1 < kControlCount);
  }
}

}  // namespace vividface
