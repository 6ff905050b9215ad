#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace vividface {

/// Lets other threads have something done on the server's thread, as long as it is there.
class ServerThread {
 public:
  explicit ServerThread(boost::asio::io_context& context) : context_(&context) {}

  /// Forgets it once the server has ended. Does not wait for it to be done.
  void post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (context_ != nullptr) boost::asio::post(*context_, std::move(work));
  }
  void end() {
    const std::lock_guard lock(mutex_);
    context_ = nullptr;
  }

 private:
  std::mutex mutex_;
  boost::asio::io_context* context_;
};

/// Messages on their way to one client. One that does not read them misses the oldest. Only on the server's thread.
class Outbox {
 public:
  explicit Outbox(const boost::asio::any_io_executor& executor) : filled_(executor) {}

  void put(std::string message) {
    constexpr std::size_t kMost = 64;
    if (messages_.size() == kMost) messages_.pop_front();
    messages_.push_back(std::move(message));
    filled_.cancel();
  }
  std::optional<std::string> take() {
    if (messages_.empty()) return std::nullopt;
    std::string message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }
  /// Ends a wait when a message is put. Who ends the connection cancels it.
  boost::asio::steady_timer& filled() { return filled_; }

 private:
  std::deque<std::string> messages_;
  boost::asio::steady_timer filled_;
};

}  // namespace vividface
