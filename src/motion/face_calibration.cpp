#include "motion/face_calibration.h"

#include <algorithm>
#include <array>
#include <utility>

#include "motion/eyelids.h"
#include "motion/face_mesh.h"

namespace vividface {
namespace {

using PerEye = EyelidEndpoints::PerEye;

constexpr std::array<std::string_view, 3> kNames = {"neutral", "shut", "wide"};

// Per eye width; nothing for a face that does not fit.
std::optional<PerEye> openings(const FaceObservation& face, const ReferenceShape& person) {
  Keypoints points;
  Motion motion;
  mesh_keypoints(face, points);
  if (!fit_motion(person.canonical, FaceMesh::mediapipe().stable, points, motion)) return std::nullopt;
  PerEye openings;
  for (const std::size_t side : {0, 1}) {
    openings[side] = eye_shape(face.eyes[side], static_cast<Side>(side), person.canonical, motion).opening();
  }
  return openings;
}

PerEye median(std::vector<PerEye> all) {
  PerEye result;
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  for (const std::size_t side : {0, 1}) {
    std::nth_element(all.begin(), middle, all.end(),
                     [&](const PerEye& a, const PerEye& b) { return a[side] < b[side]; });
    result[side] = std::clamp((*middle)[side], EyelidEndpoints::kLeast, EyelidEndpoints::kMost);
  }
  return result;
}

// Those that are still on their side of the eyes that are open now.
EyelidEndpoints fitting(const EyelidEndpoints& lids, const Reference& neutral, const FaceCalibrationLimits& limits) {
  const std::optional<ReferenceShape> shape = ReferenceShape::of(neutral.face);
  const std::optional<PerEye> open = shape ? openings(neutral.face, *shape) : std::nullopt;
  if (!open) return {};
  EyelidEndpoints kept = lids;
  for (const std::size_t side : {0, 1}) {
    if (kept.shut && !((*kept.shut)[side] < limits.shut * (*open)[side])) kept.shut.reset();
    if (kept.wide && !((*kept.wide)[side] > limits.wide * (*open)[side])) kept.wide.reset();
  }
  return kept;
}

}  // namespace

std::string_view name(CalibrationStep step) { return kNames[static_cast<std::size_t>(step)]; }

std::optional<CalibrationStep> calibration_step(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<CalibrationStep>(found - kNames.begin());
}

FaceCalibration::FaceCalibration(CalibrationStep step, std::optional<Reference> in_force,
                                 const FaceCalibrationLimits& limits)
    : step_(step), limits_(limits), in_force_(std::move(in_force)), neutral_(limits.frames) {
  if (in_force_) shape_ = ReferenceShape::of(in_force_->face);
  if (step_ == CalibrationStep::neutral || shape_) return;
  progress_ = CalibrationProgress::failed;
  advice_ = "take the neutral face first";
}

void FaceCalibration::add(const cv::Mat& bgr, const std::optional<FaceObservation>& face, double time) {
  if (progress_ != CalibrationProgress::going_on) return;
  if (!began_) began_ = time;
  advice_ = step_ == CalibrationStep::neutral ? neutral_.add(bgr, face, time) : add_lids(face, time);
  if (!advice_.empty()) refusal_ = advice_;
  if (share() >= 1) return finish();
  if (time - *began_ < limits_.patience) return;
  progress_ = CalibrationProgress::failed;
  advice_ = refusal_.empty() ? "there were too few frames" : refusal_;
}

double FaceCalibration::share() const {
  if (progress_ == CalibrationProgress::done) return 1;
  if (step_ == CalibrationStep::neutral) return neutral_.progress();
  if (openings_.empty()) return 0;
  const double frames = static_cast<double>(openings_.size()) / limits_.frames.min_frames;
  return std::clamp(std::min((lids_until_ - lids_since_) / limits_.frames.seconds, frames), 0.0, 1.0);
}

// The lids of one frame; why they are not taken, if they are not.
std::string FaceCalibration::add_lids(const std::optional<FaceObservation>& face, double time) {
  std::string refusal = turned_away(face, limits_.frames.max_turn);
  if (refusal.empty()) {
    const std::optional<PerEye> now = openings(*face, *shape_), open = openings(in_force_->face, *shape_);
    const auto every_eye = [&](auto is_so) {
      return now && open && is_so((*now)[0], (*open)[0]) && is_so((*now)[1], (*open)[1]);
    };
    if (step_ == CalibrationStep::shut) {
      if (!every_eye([&](float eye, float of) { return eye < limits_.shut * of; })) refusal = "shut both eyes";
    } else if (!every_eye([&](float eye, float of) { return eye > limits_.wide * of; })) {
      refusal = "open your eyes wide";
    }
    if (refusal.empty()) {
      if (openings_.empty()) lids_since_ = time;
      lids_until_ = time;
      openings_.push_back(*now);
      return {};
    }
  }
  openings_.clear();
  return refusal;
}

void FaceCalibration::finish() {
  if (step_ == CalibrationStep::neutral) {
    result_ = neutral_.result();
    if (result_ && in_force_) result_->lids = fitting(in_force_->lids, *result_, limits_);
  } else {
    result_ = in_force_;
    (step_ == CalibrationStep::shut ? result_->lids.shut : result_->lids.wide) = median(openings_);
  }
  progress_ = CalibrationProgress::done;
  advice_.clear();
}

}  // namespace vividface
