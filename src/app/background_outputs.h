#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <opencv2/core/mat.hpp>
#include <thread>

#include "app/shadow_outputs.h"

namespace vividface {

/// ShadowOutputs on a thread of its own, so that drawing and encoding do not hold up a live stream.
class BackgroundOutputs {
 public:
  /// add() waits while more than `queue_length` frames are unwritten; with 0 nothing else is at work while the next
  /// frame is shadowed, so that its latency is its own. Throws as ShadowOutputs does.
  BackgroundOutputs(const ShadowOutputPaths& paths, cv::Size animated_size, double frames_per_second,
                    std::size_t queue_length);
  ~BackgroundOutputs();

  /// Throws what the thread failed with, if it did.
  void add(const cv::Mat& person, const ShadowedFrame& shadowed);
  /// Waits for all frames to be written, then puts the files under their final names.
  void finish();

 private:
  struct Item {
    cv::Mat person;
    ShadowedFrame shadowed;
  };

  void work(const ShadowOutputPaths& paths, cv::Size animated_size, double frames_per_second);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Item> queue_;
  const std::size_t queue_length_;
  std::size_t unwritten_ = 0;
  bool started_ = false, finish_ = false, discard_ = false, ended_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace vividface
