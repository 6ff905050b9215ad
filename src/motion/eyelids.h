#pragma once

#include <array>
#include <optional>

#include "face/face_observation.h"
#include "motion/motion.h"

namespace vividface {

/// The picture's axes of one eye on a turned head: from the outer to the inner corner (x) and up (y), each one eye
/// width long; the origin lies midway between the corners.
struct EyeFrame {
  cv::Point2f middle, along, up;

  cv::Point2f to_eye(cv::Point2f picture) const;
  cv::Point2f to_picture(cv::Point2f eye) const { return middle + eye.x * along + eye.y * up; }
};
EyeFrame eye_frame(const EyeObservation& eye, Side side, const Keypoints& canonical, const Motion& motion);

/// One eye in the head's own frame: roll, size and, to first order, foreshortening are gone. Lengths are per eye width.
/// x runs from the outer corner (−0.5) to the inner one (0.5), y up from the line through the corners.
struct EyeShape {
  std::array<cv::Point2f, 16> contour;  ///< see kEyeOpeningCount
  cv::Point2f iris;                     ///< the iris' centre
  float upper = 0, lower = 0;           ///< mean heights of the two lids' middle points

  float opening() const { return upper - lower; }
  /// Sets `upper` and `lower` from the contour.
  void measure_lids();
};

/// The eye as the tracker sees it, on a head whose fit to `canonical` is `motion` (row convention).
EyeShape eye_shape(const EyeObservation& eye, Side side, const Keypoints& canonical, const Motion& motion);

/// How far a person's eyes open when they shut them and when they open them wide, by Side, per eye width. What is not
/// known is judged from the open eye.
struct EyelidEndpoints {
  using PerEye = std::array<float, 2>;
  static constexpr float kLeast = -0.5f, kMost = 2;  ///< what an eye can be seen at, errors included

  std::optional<PerEye> shut, wide;

  bool operator==(const EyelidEndpoints&) const = default;
};

/// One eye's lid openings: what counts as shut (0) and as the own open eye (1), and where it is known the widest.
struct LidRange {
  float open = 0.3f, shut = 0.036f;
  std::optional<float> wide{};

  /// From the open eye of the reference frame; shut is a small share of it.
  static LidRange from_open(float opening);
  /// The same with the person's own endpoints of that eye, where they are known. They are kept apart from the open eye.
  static LidRange from_open(float opening, const EyelidEndpoints& endpoints, Side side);
  /// 0 shut, 1 own open, more is wide: kWide at the person's own widest, where that is known. Limited to −0.25…2.
  float fraction(float opening) const;

  static constexpr float kWide = 1.4f;  ///< times its open eye is the robot's widest
};

}  // namespace vividface
