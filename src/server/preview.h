#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <thread>

#include "base/newest_slot.h"
#include "face/face_observation.h"
#include "server/picture_message.h"

namespace vividface {

/// One kind of picture for those who watch, ten times a second at most and only while somebody asks for it. Made small
/// and encoded on a thread of its own.
class PreviewChannel {
 public:
  using Clock = std::chrono::steady_clock;

  explicit PreviewChannel(std::uint8_t kind) : kind_(kind), thread_([this] { run(); }) {}
  PreviewChannel(const PreviewChannel&) = delete;
  PreviewChannel& operator=(const PreviewChannel&) = delete;
  ~PreviewChannel();

  /// Copies the picture (BGR) if somebody looks and the last one is old enough; the tracked points go on top of it.
  void show(const cv::Mat& bgr, const std::optional<FaceObservation>& face = std::nullopt);
  /// The newest picture. Who asks, looks for the next second. Any thread.
  PictureMessage newest();

 private:
  struct Picture {
    cv::Mat bgr;
    std::optional<FaceObservation> face;
  };

  void run();
  std::string encode(Picture& picture) const;

  const std::uint8_t kind_;
  std::atomic<Clock::time_point> asked_{Clock::time_point::min()};
  Clock::time_point shown_{};  // only on the thread that shows
  std::mutex mutex_;
  PictureMessage newest_;
  NewestSlot<Picture> slot_;
  std::thread thread_;
};

/// What the dashboard shows beside the numbers.
struct Preview {
  PreviewChannel person{0};    ///< the frame with the tracked points
  PreviewChannel animated{1};  ///< I_m
};

}  // namespace vividface
