#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "camera/frame_source.h"

namespace vividface {

/// Pushes the frames of a camera or file into a sink, on a thread of its own.
class FramePump {
 public:
  /// `paced`: the source gives frames as fast as it is asked (a file), so it is asked at its frame rate. `sink` must
  /// not wait.
  FramePump(std::unique_ptr<FrameSource> source, bool paced, std::function<void(Frame)> sink);
  ~FramePump();

  bool ended() const { return ended_; }  ///< the source gives no more frames

 private:
  void run();

  std::unique_ptr<FrameSource> source_;
  bool paced_;
  std::function<void(Frame)> sink_;
  std::atomic<bool> stop_{false}, ended_{false};
  std::thread thread_;
};

}  // namespace vividface
