#include "app/background_outputs.h"

#include <utility>

#include "base/background_thread.h"

namespace vividface {
BackgroundOutputs::BackgroundOutputs(const ShadowOutputPaths& paths, cv::Size animated_size, double frames_per_second,
                                     std::size_t queue_length)
    : queue_length_(queue_length),
      thread_([this, paths, animated_size, frames_per_second] { work(paths, animated_size, frames_per_second); }) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return started_ || ended_; });
  if (!failure_) return;
  lock.unlock();
  thread_.join();
  std::rethrow_exception(failure_);
}

BackgroundOutputs::~BackgroundOutputs() {
  {
    const std::lock_guard lock(mutex_);
    discard_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void BackgroundOutputs::add(const cv::Mat& person, const ShadowedFrame& shadowed) {
  Item item{person, shadowed};
  item.shadowed.animated = shadowed.animated.clone();  // the next step draws over it
  std::unique_lock lock(mutex_);
  queue_.push_back(std::move(item));
  ++unwritten_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return unwritten_ <= queue_length_ || ended_; });
  if (failure_) std::rethrow_exception(failure_);
}

void BackgroundOutputs::finish() {
  {
    const std::lock_guard lock(mutex_);
    finish_ = true;
  }
  changed_.notify_all();
  thread_.join();
  if (failure_) std::rethrow_exception(failure_);
}

void BackgroundOutputs::work(const ShadowOutputPaths& paths, cv::Size animated_size, double frames_per_second) {
  become_background_thread();
  try {
    ShadowOutputs outputs(paths, animated_size, frames_per_second);  // here, as the renderer belongs to its thread
    std::unique_lock lock(mutex_);
    started_ = true;
    changed_.notify_all();
    while (true) {
      changed_.wait(lock, [&] { return !queue_.empty() || finish_ || discard_; });
      if (discard_) break;
      if (queue_.empty()) {
        outputs.finish();
        break;
      }
      const Item item = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      outputs.add(item.person, item.shadowed);
      lock.lock();
      --unwritten_;
      changed_.notify_all();
    }
    ended_ = true;
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    ended_ = true;
  }
  changed_.notify_all();
}

}  // namespace vividface
