#pragma once

#include <array>
#include <opencv2/core/matx.hpp>
#include <string_view>

#include "face/face_observation.h"

namespace vividface {

enum class SignalGroup { eyes, mouth, smile, brows, gaze, head };
inline constexpr std::array<std::string_view, 6> kSignalGroupNames = {"eyes",  "mouth", "smile",
                                                                      "brows", "gaze",  "head"};

/// What is compared between a person and the robot.
struct SignalSpec {
  std::string_view name;
  SignalGroup group;
  double least_motion;  ///< standard deviation under which a signal is taken for tracker noise
};

inline constexpr std::array<SignalSpec, 16> kSignals = {{
    {"lid opening left", SignalGroup::eyes, 0.020},   // per eye width
    {"lid opening right", SignalGroup::eyes, 0.020},  //
    {"mouth opening", SignalGroup::mouth, 0.015},     // per distance of the outer eye corners, as all below up to gaze
    {"jaw", SignalGroup::mouth, 0.015},               // chin below the eyes
    {"lower lip", SignalGroup::mouth, 0.015},         // below the eyes
    {"mouth width", SignalGroup::smile, 0.012},       //
    {"mouth corners", SignalGroup::smile, 0.012},     // raised, relative to the eyes
    {"brow inner left", SignalGroup::brows, 0.010},   // raised, relative to the eye corners
    {"brow inner right", SignalGroup::brows, 0.010},  //
    {"brow outer left", SignalGroup::brows, 0.010},   //
    {"brow outer right", SignalGroup::brows, 0.010},  //
    {"gaze x", SignalGroup::gaze, 0.012},    // iris off the middle of its eye, per eye width; to the subject's left
    {"gaze y", SignalGroup::gaze, 0.012},    // down
    {"head yaw", SignalGroup::head, 1.0},    // degrees, to the subject's left
    {"head pitch", SignalGroup::head, 1.0},  // down
    {"head roll", SignalGroup::head, 1.0},   // to the subject's left shoulder
}};
using Signals = std::array<double, kSignals.size()>;

/// Reads the signals off one subject's faces. Gaze is that of the eyes that are open, and NaN while none is: the
/// tracker guesses an iris behind shut lids, differently for a person and the robot. Lengths are measured in the head's
/// own frame, so that turning the head changes none of them: the pose comes from a rigid fit of the skull's points to
/// the reference face.
class SignalReader {
 public:
  explicit SignalReader(const FaceObservation& reference);
  Signals read(const FaceObservation& face) const;

 private:
  struct Pose {
    cv::Matx33d rotation;  ///< head to camera
    double scale;
  };
  Pose fit(const FaceObservation& face) const;

  FaceObservation reference_;
  cv::Matx33d axes_;     ///< columns: the reference head's left, down and back, in camera coordinates
  double eye_distance_;  ///< between the reference's outer corners, pixels
};

}  // namespace vividface
