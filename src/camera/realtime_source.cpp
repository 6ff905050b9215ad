#include "camera/realtime_source.h"

namespace vividface {

RealtimeSource::RealtimeSource(std::unique_ptr<FrameSource> source, bool paced)
    : source_(std::move(source)), paced_(paced), thread_([this] { read(); }) {}

RealtimeSource::~RealtimeSource() {
  stop_ = true;
  thread_.join();
}

std::optional<Frame> RealtimeSource::next() {
  std::optional<Frame> frame = slot_.take();
  if (!frame && failure_) std::rethrow_exception(failure_);
  return frame;
}

void RealtimeSource::read() {
  try {
    const std::chrono::duration<double> period(1 / source_->frames_per_second());
    const Clock::time_point start = Clock::now();
    for (std::size_t i = 0; !stop_; ++i) {
      const auto due = std::chrono::duration_cast<Clock::duration>(period * static_cast<double>(i));
      if (paced_) std::this_thread::sleep_until(start + due);
      std::optional<Frame> frame = source_->next();
      if (!frame) break;
      slot_.put(std::move(*frame));
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
  slot_.close();
}

}  // namespace vividface
