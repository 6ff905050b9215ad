#pragma once

#include <cstddef>
#include <filesystem>
#include <istream>
#include <opencv2/core/matx.hpp>
#include <span>
#include <string>
#include <vector>

#include "motion/motion.h"

namespace vividface {

/// A head's turn relative to its reference, in degrees, by the person's own body: yaw > 0 turns the face to the
/// person's own left (to the right in a picture that is not mirrored), pitch > 0 lowers the chin, roll > 0 tilts the
/// head towards the person's own left shoulder.
struct HeadAngles {
  float yaw = 0, pitch = 0, roll = 0;
};

/// R_i·R_0ᵀ of Eq. 2 (row convention): the head's turn since the reference frame.
cv::Matx33f relative_rotation(const Motion& driving, const Motion& reference);

/// Yaw about the neck's axis, then pitch, then roll. `rotation` as relative_rotation gives it.
HeadAngles head_angles(const cv::Matx33f& rotation);
/// The inverse of head_angles.
cv::Matx33f head_rotation(const HeadAngles& angles);

/// One head or neck control of the robot and its share of one angle of the head.
struct HeadControl {
  std::size_t index = 0;   ///< in config/ameca.json
  float neutral = 0;       ///< degrees
  float min = 0, max = 0;  ///< the control's shadowing range, degrees
  float HeadAngles::*angle = nullptr;
  float gain = 0;  ///< degrees of the control a degree of the head, signed
};

/// How a head's turn is shared out among the robot's head and neck controls: data, read from config/head_split.json.
class HeadSplit {
 public:
  /// Throws InputError unless every entry names a control of config/ameca.json and has finite gains.
  static HeadSplit load(const std::filesystem::path& json);
  /// The same for a stream; `name` stands for the file in errors.
  static HeadSplit parse(std::istream& json, const std::string& name);
  /// config/head_split.json, read once.
  static const HeadSplit& ameca();

  /// Sets the head and neck entries of `controls` (30 values) and leaves the others. What one control cannot give for
  /// its range goes to the next of the same angle. A rotation that is not finite sets the neutral values.
  void apply(const cv::Matx33f& rotation, std::span<float> controls) const;

 private:
  std::vector<HeadControl> controls_;
};

}  // namespace vividface
