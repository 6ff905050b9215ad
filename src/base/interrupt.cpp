#include "base/interrupt.h"

#include <atomic>

namespace vividface {
namespace {

std::atomic<bool> requested_end{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

void request_end(int) { requested_end = true; }

}  // namespace

InterruptGuard::InterruptGuard() {
  requested_end = false;
  struct sigaction action = {};
  action.sa_handler = request_end;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second signal finds the default action
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &interrupt_);
  sigaction(SIGTERM, &action, &terminate_);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &interrupt_, nullptr);
  sigaction(SIGTERM, &terminate_, nullptr);
}

bool InterruptGuard::requested() const { return requested_end; }

}  // namespace vividface
