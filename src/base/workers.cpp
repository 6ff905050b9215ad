#include "base/workers.h"

#include <atomic>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/interrupt.h"
#include "base/progress.h"

namespace vividface {

void run_workers(const std::string& label, std::size_t count, std::size_t done, int threads,
                 const std::function<std::function<void(std::size_t)>()>& make_worker) {
  const InterruptGuard interrupt;
  Progress progress(label, done + count, done);
  std::mutex mutex;  // guards progress and failure
  std::exception_ptr failure;
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    try {
      const auto worker = make_worker();
      for (std::size_t job; (job = next++) < count && !interrupt.requested();) {
        worker(job);
        const std::lock_guard lock(mutex);
        progress.advance();
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) workers.emplace_back(work);
  }
  if (failure) std::rethrow_exception(failure);
  if (interrupt.requested()) throw std::runtime_error("stopped; give the same command again");
  progress.finish();
}

}  // namespace vividface
