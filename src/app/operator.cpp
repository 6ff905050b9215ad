#include "app/operator.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

namespace vividface {
namespace {

constexpr int kLookAgainMilliseconds = 200;  // whether the program is in the foreground by now

// What the handler writes to. A handler and not a blocked signal: the threads that libraries start before main() would
// take it and end the program.
std::atomic<int> stop_descriptor{-1};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

void ask_for_stop(int) {
  const int error = errno;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(stop_descriptor, &one, sizeof one);  // fails when many wait: enough
  errno = error;
}

int checked(int descriptor, const char* what) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), what);
  return descriptor;
}

}  // namespace

StopSignal::StopSignal() : descriptor_(checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")) {
  stop_descriptor = descriptor_;
  struct sigaction action = {};
  action.sa_handler = ask_for_stop;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGUSR1, &action, &before_);
}

StopSignal::~StopSignal() {
  sigaction(SIGUSR1, &before_, nullptr);
  close(descriptor_);
}

Operator::Operator(const StopSignal& signal, Actions actions, int terminal)
    : actions_(std::move(actions)),
      signal_(signal.descriptor()),
      terminal_(terminal),
      is_terminal_(isatty(terminal) == 1),
      wake_(checked(eventfd(0, EFD_CLOEXEC), "eventfd")),
      thread_([this] { run(); }) {}

Operator::~Operator() {
  eventfd_write(wake_, 1);
  thread_.join();
  close(wake_);
  if (before_ && listens()) tcsetattr(terminal_, TCSANOW, &*before_);
}

void Operator::run() {
  for (bool has_terminal = is_terminal_;;) {
    const bool keys = has_terminal && listens();
    std::array<pollfd, 3> sources = {{{wake_, POLLIN, 0}, {signal_, POLLIN, 0}, {keys ? terminal_ : -1, POLLIN, 0}}};
    poll(sources.data(), sources.size(), has_terminal ? kLookAgainMilliseconds : -1);
    if (sources[0].revents != 0) return;
    eventfd_t count = 0;
    if (sources[1].revents != 0 && eventfd_read(signal_, &count) == 0) actions_.stop();
    if ((sources[2].revents & POLLIN) != 0 && listens()) read_keys();  // it may be in the background by now
    if ((sources[2].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) has_terminal = false;  // it was closed
  }
}

// Whether the keys are for this program; key by key from then on. From the background both would suspend it.
bool Operator::listens() {
  const pid_t foreground = tcgetpgrp(terminal_);
  if (foreground != getpgrp() && foreground != -1) return false;  // -1: a terminal without jobs
  termios settings;
  if (tcgetattr(terminal_, &settings) == 0 && (settings.c_lflag & ICANON) != 0) {  // a shell may have set it back
    if (!before_) before_ = settings;
    settings.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    tcsetattr(terminal_, TCSANOW, &settings);
  }
  return true;
}

void Operator::read_keys() {
  std::array<char, 16> keys;
  const ssize_t count = read(terminal_, keys.data(), keys.size());
  for (ssize_t i = 0; i < count; ++i) press(keys[static_cast<std::size_t>(i)]);
}

void Operator::press(char key) {
  if (key == ' ' || key == 's') actions_.stop();
  if (key == 'r') actions_.release();
  if (key == 'q') end_requested_ = true;
}

}  // namespace vividface
