#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "camera/jpeg.h"
#include "record/session_reader.h"
#include "robot/no_robot.h"
#include "robot/safety.h"
#include "shadow/shadow.h"

namespace vividface {

/// How often and how far one control was other than recorded. Equal is equal to the bit.
struct ControlDifference {
  std::uint64_t count = 0;
  float largest = 0;  ///< in the control's unit

  void add(float recorded, float replayed);
};

struct ReplayComparison {
  std::uint64_t results = 0, steps = 0;    ///< that were replayed
  std::uint64_t status_differs = 0;        ///< results
  std::uint64_t state_differs = 0;         ///< steps: another state of the safety stage
  std::uint64_t missing_frames = 0;        ///< results whose frame was not recorded: taken as they are
  std::optional<double> first_difference;  ///< s of the monotonic clock
  std::array<ControlDifference, kControlCount> results_differ{}, steps_differ{};

  bool same() const { return !first_difference; }
};

/// Runs a recorded session again: Algorithm 1 on its frames, the safety stage at its times, and compares what comes
/// out.
class SessionReplay {
 public:
  /// `session`, from its first event, and `table` must outlive it. The session's own references take the place of those
  /// of `parts`.
  SessionReplay(SessionReader& session, ShadowParts parts, const ControlTable& table, const SafetyLimits& limits);

  /// Replays up to and with the next step of the safety stage; false at the end.
  bool step();

  // Of the last step:
  double time() const { return time_; }                 ///< s of the monotonic clock
  const ControlVector& sent() const { return sent_; }   ///< what the safety stage gave now
  const cv::Mat& person() const { return frame_.bgr; }  ///< the last frame that was looked at; never written to again
  const ShadowedFrame& shadowed() const { return shadowed_; }  ///< what it came to, I_m valid until the next step()

  const ReplayComparison& comparison() const { return comparison_; }

 private:
  void replay(const RecordedResult& recorded);
  void replay(const RecordedStep& recorded);
  void replay(const RecordedAction& recorded);
  void replay(const RecordedPerson& recorded);
  void replay(const RecordedProfile& recorded);
  void follow_reference(std::int64_t frame);
  void differs(double time);

  SessionReader& session_;
  ShadowedFrame shadowed_;
  NoRobot no_robot_;
  Shadow shadow_;
  SharedProfile profile_ = std::make_shared<const Profile>();
  SafetyStage safety_;
  JpegDecoder decoder_;

  Frame frame_;
  std::int64_t next_frame_ = 0;  // up to which the references are in force
  double time_ = 0;
  ControlVector sent_;
  ReplayComparison comparison_;
};

}  // namespace vividface
