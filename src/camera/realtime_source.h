#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <thread>

#include "base/newest_slot.h"
#include "camera/frame_source.h"

namespace vividface {

/// A stream as it comes in life: a thread reads another source at its own pace, and the newest frame wins: next() waits
/// for a frame, and a frame that nobody took before the next one came is dropped.
class RealtimeSource : public FrameSource {
 public:
  /// `paced`: the source gives frames as fast as it is asked (a file), so it is asked at its frame rate.
  RealtimeSource(std::unique_ptr<FrameSource> source, bool paced);
  ~RealtimeSource() override;

  std::optional<Frame> next() override;
  double frames_per_second() const override { return source_->frames_per_second(); }
  std::optional<std::size_t> frame_count() const override { return source_->frame_count(); }
  std::optional<std::string> early_end() const override { return source_->early_end(); }

  std::uint64_t dropped() const { return slot_.dropped(); }

 private:
  void read();

  std::unique_ptr<FrameSource> source_;
  bool paced_;
  NewestSlot<Frame> slot_;
  std::atomic<bool> stop_{false};
  std::exception_ptr failure_;  // of the thread; read after the slot is closed
  std::thread thread_;
};

}  // namespace vividface
