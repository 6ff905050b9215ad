#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "motion/reference.h"

namespace vividface {

/// What can be calibrated of a person, in the order in which it is: the neutral face, then how far the eyes shut and
/// open, which is measured against it.
enum class CalibrationStep { neutral, shut, wide };

/// "neutral", "shut", "wide"; and back, nothing for any other text.
std::string_view name(CalibrationStep step);
std::optional<CalibrationStep> calibration_step(std::string_view name);

enum class CalibrationProgress { going_on, done, failed };

struct FaceCalibrationLimits {
  CalibrationLimits frames{.seconds = 1.5};  ///< how long the face must stay so, and what a frame must be
  double patience = 10;                      ///< s of the stream after which it fails
  float shut = 0.45f;                        ///< of the open eye: more is not shut
  float wide = 1.08f;                        ///< of the open eye: less is not wide
};

/// One step of a person's calibration on purpose: collects frames until the face has been so for long enough, or gives
/// up and says why. A frame that is not good starts it over.
class FaceCalibration {
 public:
  /// `in_force`: of the same person, if there is one yet. The step `neutral` keeps its lids where they still fit; the
  /// others keep its neutral face, and fail without it.
  FaceCalibration(CalibrationStep step, std::optional<Reference> in_force, const FaceCalibrationLimits& limits = {});

  /// Takes one frame at `time` (s of the stream). After the end it changes nothing.
  void add(const cv::Mat& bgr, const std::optional<FaceObservation>& face, double time);

  CalibrationStep step() const { return step_; }
  CalibrationProgress progress() const { return progress_; }
  double share() const;                                  ///< of the time that has been collected, 0…1
  const std::string& advice() const { return advice_; }  ///< what was wrong last, in words for the person; may be empty
  /// When it is done: what is to be in force.
  const std::optional<Reference>& result() const { return result_; }

 private:
  std::string add_lids(const std::optional<FaceObservation>& face, double time);
  void finish();

  const CalibrationStep step_;
  const FaceCalibrationLimits limits_;
  const std::optional<Reference> in_force_;
  std::optional<ReferenceShape> shape_;  // of in_force_
  NeutralCalibration neutral_;
  std::vector<EyelidEndpoints::PerEye> openings_;
  double lids_since_ = 0, lids_until_ = 0;
  std::optional<double> began_;
  CalibrationProgress progress_ = CalibrationProgress::going_on;
  std::string advice_, refusal_;
  std::optional<Reference> result_;
};

}  // namespace vividface
