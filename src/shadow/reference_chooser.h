#pragma once

#include <optional>
#include <string>

#include "face/face_observation.h"
#include "face/frame.h"
#include "motion/reference.h"

namespace vividface {

/// Chooses the person's reference frame (x_d,0 of Eq. 2) from the stream.
class ReferenceChooser {
 public:
  virtual ~ReferenceChooser() = default;
  /// Looks at one frame and the face in it, if there is one; gives the reference once it is known.
  virtual std::optional<Reference> offer(const Frame& frame, const std::optional<FaceObservation>& face) = 0;
  /// Another person is followed from now on: what was seen of the last one is forgotten.
  virtual void restart() {}
  /// What the person should do for it, or what was wrong with the last frame, even if it was chosen; may be empty.
  virtual std::string advice() const { return {}; }
};

/// The paper's choice: the first frame with a face, whatever it shows. Says so where calibration would not take it.
class FirstFrame : public ReferenceChooser {
 public:
  std::optional<Reference> offer(const Frame& frame, const std::optional<FaceObservation>& face) override {
    if (!face) return std::nullopt;
    const std::string refusal = NeutralCalibration().add(frame.bgr, face, frame.time);
    advice_ = refusal.empty() ? "" : "taken as the neutral face, though: " + refusal + "; see --neutral calibrate";
    return Reference::from_frame(frame.bgr, *face);
  }
  std::string advice() const override { return advice_; }

 private:
  std::string advice_;
};

/// A neutral face on purpose: the median over a second of frames that pass the calibration's check.
class CalibratedNeutral : public ReferenceChooser {
 public:
  std::optional<Reference> offer(const Frame& frame, const std::optional<FaceObservation>& face) override {
    refusal_ = calibration_.add(frame.bgr, face, frame.time);
    return calibration_.result();
  }
  void restart() override {
    calibration_ = NeutralCalibration();
    refusal_.clear();
  }
  std::string advice() const override { return refusal_; }

 private:
  NeutralCalibration calibration_;
  std::string refusal_;
};

/// One that was saved before. It stays the reference, whoever is followed.
class GivenReference : public ReferenceChooser {
 public:
  explicit GivenReference(Reference reference) : reference_(std::move(reference)) {}
  std::optional<Reference> offer(const Frame&, const std::optional<FaceObservation>&) override { return reference_; }

 private:
  Reference reference_;
};

}  // namespace vividface
