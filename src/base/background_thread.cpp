#include "base/background_thread.h"

#include <sched.h>

#include <thread>

namespace vividface {

bool become_background_thread() noexcept {
  constexpr int kTheCallingThread = 0;
  const sched_param no_priority = {};
  return sched_setscheduler(kTheCallingThread, SCHED_BATCH, &no_priority) == 0;
}

bool allows_background_threads() noexcept {
  bool allows = false;
  try {
    std::thread([&] { allows = become_background_thread(); }).join();
  } catch (...) {  // no thread to try it on
  }
  return allows;
}

}  // namespace vividface
