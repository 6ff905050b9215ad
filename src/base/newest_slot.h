#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace vividface {

/// Hands values from one thread to another without a queue: a new value replaces one that nobody took yet, so that a
/// slow taker always gets the newest and never falls behind.
template <typename T>
class NewestSlot {
 public:
  /// Never waits. A value put after close() is forgotten.
  void put(T value) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return;
      if (value_) ++dropped_;
      value_ = std::move(value);
    }
    filled_.notify_one();
  }

  /// Waits for a value; nothing once the slot is closed and the last value is taken.
  std::optional<T> take() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return value_ || closed_; });
    return std::exchange(value_, std::nullopt);
  }

  /// No more values will come: whoever waits in take() goes on.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    filled_.notify_all();
  }

  /// How many values were replaced before anybody took them.
  std::uint64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::optional<T> value_;
  std::uint64_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace vividface
