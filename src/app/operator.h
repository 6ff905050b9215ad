#pragma once

#include <termios.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <optional>
#include <thread>

namespace vividface {

/// SIGUSR1 as something to wait for, from its construction on. One at a time.
class StopSignal {
 public:
  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal();

  int descriptor() const { return descriptor_; }  ///< an eventfd: readable when the signal came

 private:
  int descriptor_;
  struct sigaction before_;
};

/// A person at the machine: SIGUSR1 stops the robot; at a terminal, space or s stops it, r releases it, q ends the
/// program. On a thread of its own, so that a stop never waits for anything else.
class Operator {
 public:
  struct Actions {
    std::function<void()> stop, release;
  };

  /// `terminal`: where keys come from. If it is none, only the signal counts. A program in the background of its
  /// terminal takes no keys.
  Operator(const StopSignal& signal, Actions actions, int terminal);
  /// The terminal is again as it was.
  ~Operator();

  bool has_keys() const { return is_terminal_; }
  bool end_requested() const { return end_requested_; }

 private:
  void run();
  bool listens();
  void read_keys();
  void press(char key);

  const Actions actions_;
  const int signal_, terminal_;
  bool is_terminal_;
  std::optional<termios> before_;  // the terminal's settings; nothing while they are untouched
  std::atomic<bool> end_requested_{false};
  int wake_;
  std::thread thread_;
};

}  // namespace vividface
