#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "face/frame.h"
#include "motion/face_calibration.h"

namespace vividface {

/// Never written to again, so that any thread may read it.
using SharedReference = std::shared_ptr<const Reference>;

/// The calibration of whom a live session follows: what is asked for comes from any thread, the frames from one. What
/// it comes to is in force from the next frame on; until then nothing changes.
class LiveCalibration {
 public:
  /// The last step that was begun, if there was one.
  struct State {
    std::optional<CalibrationStep> step;
    CalibrationProgress progress = CalibrationProgress::done;
    double share = 0;    ///< of the time that has been collected, 0…1
    std::string advice;  ///< for the person; or why it failed
  };
  /// What is in force; null while there is no neutral face. `person`: the name under which it is kept; may be empty.
  struct InForce {
    SharedReference reference;
    std::string person;
  };

  // Any thread.
  void begin(CalibrationStep step);
  void cancel();
  /// One that was kept, of the person of that name: from the next frame on.
  void use(Reference reference, std::string person);
  /// `reference` is kept under that name now.
  void kept(const SharedReference& reference, std::string person);
  State state() const;
  InForce in_force() const;

  // The frames' thread.
  std::optional<Reference> next();          ///< to be in force from this frame on
  void chosen(const Reference& reference);  ///< is in force now
  /// It is in force no more, for instance of another person; `why` tells whoever is being calibrated.
  void forget(std::string_view why);
  void look(const Frame& frame, const std::optional<FaceObservation>& face);

 private:
  void tell();

  std::optional<FaceCalibration> calibration_;  // the frames' thread's
  std::string next_person_;                     // the same; of what next() gave

  struct Wanted {
    Reference reference;
    std::string person;
  };
  mutable std::mutex mutex_;
  std::optional<Wanted> wanted_;
  std::optional<CalibrationStep> wish_;
  bool is_cancelled_ = false;
  State state_;
  InForce in_force_;
};

}  // namespace vividface
