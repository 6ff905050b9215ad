#include "base/interrupt.h"

#include <atomic>

namespace vividface {
namespace {

std::atomic<bool> requested_end{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

void request_end(int) { requested_end = true; }

struct sigaction hang_up_before;

// A terminal that closes may say so twice, by its shell and by itself: any number of SIGHUP is one. Who had it ignored,
// as nohup does, goes on.
void take_hang_up() {
  sigaction(SIGHUP, nullptr, &hang_up_before);
  if (hang_up_before.sa_handler == SIG_IGN) return;
  struct sigaction action = {};
  action.sa_handler = request_end;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGHUP, &action, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  requested_end = false;
  struct sigaction action = {};
  action.sa_handler = request_end;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second signal finds the default action
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &interrupt_);
  sigaction(SIGTERM, &action, &terminate_);
  take_hang_up();
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &interrupt_, nullptr);
  sigaction(SIGTERM, &terminate_, nullptr);
  sigaction(SIGHUP, &hang_up_before, nullptr);
}

bool InterruptGuard::requested() const { return requested_end; }

}  // namespace vividface
