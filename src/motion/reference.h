#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/output_file.h"
#include "face/face_observation.h"
#include "motion/eyelids.h"
#include "motion/motion.h"

namespace vividface {

/// The frame of a person that motion is relative to: the face's points and the picture they lie in, and what else was
/// calibrated of them.
struct Reference {
  cv::Mat picture;         ///< BGR CV_8UC3: the face and its surroundings
  FaceObservation face;    ///< in pixels of `picture`
  EyelidEndpoints lids{};  ///< of the same person, where they were calibrated

  /// Of a whole frame: keeps the part around the face, at most 640 pixels wide.
  static Reference from_frame(const cv::Mat& bgr, const FaceObservation& face);
  /// Reads what save wrote. Throws InputError for anything else.
  static Reference load(const std::filesystem::path& path);
  /// The same for bytes in memory; `name` stands for the file in errors.
  static Reference parse(std::span<const std::uint8_t> cbor, const std::string& name);
  /// One piece of CBOR: the points, the picture as PNG, and the lids' endpoints. What parse reads is the same to the
  /// bit.
  std::vector<std::uint8_t> to_cbor() const;
  /// The same as a file. Written beside its name, then renamed. `access`: who may read it.
  void save(const std::filesystem::path& path, FileAccess access = FileAccess::all) const;
};

/// A person's reference shape x_c (468×3, the canonical face's frame and size, origin at its own) and the motion that
/// puts it where it was seen, with δ = 0.
struct ReferenceShape {
  Keypoints canonical;
  Motion motion;

  /// Nothing when the points are no face (not finite, or without extent).
  static std::optional<ReferenceShape> of(const FaceObservation& face);
};

struct CalibrationLimits {
  double seconds = 1.0;        ///< how long the face must stay neutral
  float max_turn = 15;         ///< degrees of yaw or pitch away from the camera
  float min_opening = 0.1f;    ///< of either eye, per eye width: narrow eyes have 0.15, shut ones 0.05 at most
  float max_movement = 0.02f;  ///< of the points from frame to frame, per width of the face
  int min_frames = 10;
};

/// Why `face` does not look straight at the camera, in words for the person; empty: it does. `max_turn`: degrees of yaw
/// and pitch.
std::string turned_away(const std::optional<FaceObservation>& face, float max_turn);

/// Collects a neutral reference on purpose: the median over at least a second of frames in which the face looks at the
/// camera, eyes open, and holds still. A frame that fails starts it over.
class NeutralCalibration {
 public:
  explicit NeutralCalibration(const CalibrationLimits& limits = {}) : limits_(limits) {}

  /// Takes one frame at `time` (seconds). Empty when it was good, else why it was refused, in words for the person.
  std::string add(const cv::Mat& bgr, const std::optional<FaceObservation>& face, double time);
  /// How much of the time has been collected, 0…1.
  double progress() const;
  /// The reference, once there is enough.
  std::optional<Reference> result() const;

 private:
  CalibrationLimits limits_;
  std::vector<FaceObservation> faces_;
  double start_ = 0, last_ = 0;
  cv::Mat picture_;  ///< of the newest good frame
};

}  // namespace vividface
