#include "server/frame_pump.h"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

namespace vividface {

FramePump::FramePump(std::unique_ptr<FrameSource> source, bool paced, std::function<void(Frame)> sink)
    : source_(std::move(source)), paced_(paced), sink_(std::move(sink)), thread_([this] { run(); }) {}

FramePump::~FramePump() {
  stop_ = true;
  thread_.join();
}

void FramePump::run() {
  try {
    const std::chrono::duration<double> period(1 / source_->frames_per_second());
    const Clock::time_point start = Clock::now();
    for (std::size_t i = 0; !stop_; ++i) {
      if (paced_) {
        std::this_thread::sleep_until(start +
                                      std::chrono::duration_cast<Clock::duration>(period * static_cast<double>(i)));
      }
      std::optional<Frame> frame = source_->next();
      if (!frame) break;
      sink_(std::move(*frame));
    }
    if (const auto reason = source_->early_end(); reason && !stop_) spdlog::warn("{}", *reason);
  } catch (const std::exception& error) {
    spdlog::error("no more frames: {}", error.what());
  }
  ended_ = true;
}

}  // namespace vividface
