#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "evaluate/signals.h"
#include "face/face_observation.h"

namespace vividface {

/// A subject's signals over time: nothing where the frame showed no face.
using SignalTrack = std::vector<std::optional<Signals>>;

/// The first face is the reference of the others.
SignalTrack read_signals(std::span<const std::optional<FaceObservation>> faces);

/// Makes signals of this group unseen in every frame, so that no score counts them.
void leave_out(SignalGroup group, SignalTrack& track);

struct Moments {
  double mean = 0, deviation = 0;
};
/// Mean and standard deviation, 0 of nothing.
Moments moments(std::span<const double> values);

/// Whether the frame shows a face and this signal on it: a signal may be NaN (gaze while no eye is open).
bool seen(const std::optional<Signals>& frame, std::size_t signal);

/// Pearson's correlation. 0 when either side does not vary; the spans have one length.
double pearson(std::span<const double> a, std::span<const double> b);

/// How one signal of the robot went with the person's.
struct SignalScore {
  double person_deviation = 0, robot_deviation = 0;  ///< standard deviations, in the signal's unit
  std::optional<double> r;                           ///< nothing when the person hardly moved it
};

struct ImitationScore {
  std::array<SignalScore, kSignals.size()> signals;
  std::array<std::optional<double>, kSignalGroupNames.size()> groups;  ///< mean r of a group's signals
  std::optional<double> mean;                                          ///< of the groups; nothing when nothing moved
  std::size_t frames = 0, person_faces = 0, robot_faces = 0;
};

/// Compares the two over the frames in which both have a face. The tracks have one length.
ImitationScore score_imitation(const SignalTrack& person, const SignalTrack& robot);

/// How far the robot is off in each frame: the mean distance, over the moved signals, of the two standardised values.
/// Nothing where either has no face.
std::vector<std::optional<double>> imitation_errors(const SignalTrack& person, const SignalTrack& robot);

}  // namespace vividface
