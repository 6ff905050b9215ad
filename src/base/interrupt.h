#pragma once

#include <csignal>

namespace vividface {

/// While one exists, SIGINT, SIGTERM and SIGHUP (SIGHUP unless ignored before, as by nohup) only ask for an end: the
/// work polls requested(), then finishes or discards its outputs. A second SIGINT ends the program at once, and so does
/// a second SIGTERM; of SIGHUP any number is one. One object at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  bool requested() const;

 private:
  struct sigaction interrupt_, terminate_;  // what was there before
};

}  // namespace vividface
