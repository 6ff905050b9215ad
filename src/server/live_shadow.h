#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <opencv2/core/types.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/newest_slot.h"
#include "camera/jpeg.h"
#include "links/safe_output.h"
#include "record/session_observer.h"
#include "robot/no_robot.h"
#include "robot/profile.h"
#include "server/frame_fate.h"
#include "server/live_calibration.h"
#include "server/live_metrics.h"
#include "shadow/shadow.h"

namespace vividface {

/// A frame that was looked at.
struct SeenFrame {
  cv::Mat picture;                          ///< BGR; empty: there is none. Never written to again
  std::optional<FaceObservation> followed;  ///< the followed face, in its pixels
};

/// Live shadowing of one person on one robot: frames come in from any thread, the newest wins, one thread runs
/// Algorithm 1 on it, and what comes out goes through the safety stage to the link.
class LiveShadow {
 public:
  /// `link`, `listener`, and `recorder`, to which the session goes if there is one, must outlive it. The neutral pose
  /// is sent from the start, or nothing until a release: see SafeOutput.
  LiveShadow(ShadowParts parts, const ControlTable& table, const SafetyLimits& limits, RobotLink& link,
             PoseListener* listener = nullptr, SessionObserver* recorder = nullptr, bool starts_stopped = false);
  ~LiveShadow();

  // Neither waits.
  /// As a phone sends it. An empty one counts as a frame that cannot be decoded. `report` is told what became of it.
  void give(std::vector<std::uint8_t> jpeg, Clock::time_point arrival = Clock::now(), FrameReport report = {});
  /// Of a camera or file; it is not recorded.
  void give(Frame frame);

  void stop() { output_.stop(); }        ///< emergency stop
  void release() { output_.release(); }  ///< only for a person
  void pause() { output_.pause(); }      ///< nothing is followed until start(); neutral is eased to
  void start() { output_.start(); }

  /// From the next frame on another person is followed, as Shadow::choose_person; the robot is taken over softly.
  void choose_person(std::optional<cv::Point2f> point);
  /// From the next frame on its controls are shaped so, before the safety stage. The first is one that changes nothing.
  void shape(SharedProfile profile);
  /// From the next frame on this engine's parts shadow whom the operator chose, else the largest; they get a new
  /// reference; the robot is taken over softly. The parts before go then.
  void use_engine(ShadowParts parts);
  /// The frame that was looked at last, if it is no older than a second.
  SeenFrame seen() const;

  /// One of SafeOutput::kWords.
  std::string_view state() const { return output_.state_in_words(); }
  ControlVector controls() const { return output_.pose(); }  ///< as sent to the robot last

  /// Eases to neutral, whatever comes, and ends the shadowing thread. What follows may be asked for then.
  void finish();
  const ShadowCounts& counts() const { return counts_; }
  /// Of the frames that the last engine shadowed, the safety stage included.
  const StageStatistics& latency() const { return latency_; }
  std::uint64_t dropped() const { return slot_.dropped(); }
  std::uint64_t send_failures() const { return output_.failures(); }
  std::uint64_t sent() const { return output_.sent(); }

  /// At any time. What it comes to is taken over softly, and recorded.
  LiveCalibration& calibration() { return calibration_; }
  /// At any time. Frames from clients that are refused before they get here are counted by who refuses them.
  LiveMetrics& metrics() { return metrics_; }

 private:
  // What is known of a frame before it is looked at: a JPEG, or a picture.
  struct Arrived {
    std::shared_ptr<const std::vector<std::uint8_t>> jpeg;
    Frame frame;
    FrameTicket ticket;
  };

  void put(Arrived arrived);
  void run();
  void decode(Arrived& arrived);
  void change_engine();
  void change_person(std::size_t frame);
  void change_reference();
  void change_profile(std::size_t frame);
  void shadow(const Frame& frame, FrameTicket& ticket);
  void show(const Frame& frame, const ShadowedFrame& shadowed);
  void note_reference(std::size_t frame);
  std::pair<FrameFate, std::string> fate_of(const ShadowedFrame& shadowed) const;

  const ControlTable& table_;
  NoRobot no_robot_;  // the robot is behind the safety stage; Algorithm 1 itself sends nowhere
  SessionObserver* const recorder_;
  std::unique_ptr<Shadow> shadow_;
  SafeOutput output_;
  JpegDecoder decoder_;
  ShadowCounts counts_;
  StageStatistics latency_;
  LiveMetrics metrics_;
  std::string last_message_;
  LiveCalibration calibration_;
  bool reference_noted_ = false;  // the one in force is recorded, and the calibration knows it
  SharedProfile profile_ = std::make_shared<const Profile>();  // in force

  // Between the frames' thread and those who ask.
  struct Wish {
    std::optional<cv::Point2f> point;
    std::string_view why = "another person was chosen";
  };
  mutable std::mutex mutex_;
  std::optional<Wish> wish_;
  std::optional<cv::Point2f> chosen_;  // whom the operator chose; nothing: the largest
  std::unique_ptr<Shadow> next_shadow_;
  SharedProfile wanted_profile_ = profile_;
  SeenFrame seen_;
  Clock::time_point seen_at_{};  // its arrival

  const Clock::time_point start_ = Clock::now();
  std::atomic<std::size_t> arrived_{0};
  NewestSlot<Arrived> slot_;
  std::thread thread_;
};

}  // namespace vividface
