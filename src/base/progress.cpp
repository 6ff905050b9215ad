#include "base/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <utility>

#include "base/error.h"

namespace vividface {
namespace {

constexpr double kRedraw = 0.1;   // s, on a terminal
constexpr double kLogLine = 60;   // s, in a log when the end is unknown
constexpr std::size_t kBar = 20;  // characters

std::string duration_text(double seconds) {
  const long whole = std::lround(std::clamp(seconds, 0.0, 1e7));
  char text[32];
  if (whole < 3600) {
    std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return text;
}

}  // namespace

Progress::Surroundings Progress::Surroundings::standard_error() {
  return {&std::cerr, isatty(STDERR_FILENO) == 1, [] { return std::chrono::steady_clock::now().time_since_epoch(); }};
}

Progress::Progress(std::string label, std::optional<std::size_t> total, std::size_t done, Surroundings surroundings)
    : label_(printable(std::move(label))),
      total_(total),
      done_(done),
      first_(done),
      surroundings_(std::move(surroundings)) {
  start_ = surroundings_.now().count();
  drawn_at_ = start_;
  drawn_tenth_ = total_ && *total_ > 0 ? 10 * done_ / *total_ : 0;
}

Progress::~Progress() {
  try {
    finish();
  } catch (...) {  // a full disk behind stderr is no reason to end the program here
  }
}

void Progress::advance(std::size_t steps) {
  done_ += steps;
  const double now = surroundings_.now().count();
  if (surroundings_.terminal) {
    if (now - drawn_at_ >= kRedraw) draw(now);
  } else if (total_ && *total_ > 0) {
    const std::size_t tenth = 10 * std::min(done_, *total_) / *total_;
    if (tenth > drawn_tenth_ && tenth < 10) draw(now);  // the whole is finish()'s line
    drawn_tenth_ = std::max(drawn_tenth_, tenth);
  } else if (now - drawn_at_ >= kLogLine) {
    draw(now);
  }
}

void Progress::finish() {
  if (std::exchange(finished_, true)) return;
  draw(surroundings_.now().count());
  if (surroundings_.terminal) *surroundings_.out << std::endl;
}

void Progress::draw(double now) {
  drawn_at_ = now;
  const double elapsed = now - start_;
  const double rate = elapsed > 0 ? static_cast<double>(done_ - first_) / elapsed : 0;
  char numbers[96];
  std::string line = label_ + "  ";
  if (total_ && *total_ > 0) {
    const double part = std::min(1.0, static_cast<double>(done_) / static_cast<double>(*total_));
    const auto filled = static_cast<std::size_t>(part * kBar);
    if (surroundings_.terminal) line += "[" + std::string(filled, '#') + std::string(kBar - filled, '-') + "]  ";
    std::snprintf(numbers, sizeof numbers, "%3.0f %%  %zu/%zu  %.1f/s  ", std::floor(100 * part), done_, *total_, rate);
    line += numbers;
    if (finished_) {
      line += "took " + duration_text(elapsed);
    } else if (rate > 0) {
      line += duration_text(static_cast<double>(*total_ - std::min(done_, *total_)) / rate) + " left";
    }
  } else {
    std::snprintf(numbers, sizeof numbers, "%zu  %.1f/s  ", done_, rate);
    line += numbers + duration_text(elapsed);
  }
  if (!note_.empty()) line += "  " + note_;
  if (!surroundings_.terminal) {
    *surroundings_.out << line << std::endl;
    return;
  }
  const std::size_t width = line.size();
  if (width < drawn_width_) line.append(drawn_width_ - width, ' ');  // what the line before left
  drawn_width_ = width;
  *surroundings_.out << '\r' << line << std::flush;
}

}  // namespace vividface
