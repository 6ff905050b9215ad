#pragma once

#include <csignal>

namespace vividface {

/// While one exists, SIGINT and SIGTERM only ask for an end: the work polls requested(), then finishes or discards its
/// outputs itself. A second signal ends the program at once. One at a time.
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
