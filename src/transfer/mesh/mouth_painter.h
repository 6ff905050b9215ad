#pragma once

#include <opencv2/core/mat.hpp>
#include <span>

namespace vividface {

/// What a mouth looks like inside. Colours are BGR, lengths centimetres of the average face.
struct MouthLook {
  cv::Vec3f cavity = {30, 26, 44};
  cv::Vec3f teeth = {176, 190, 196};
  cv::Vec3f tongue = {80, 78, 148};
  float upper_edge = 0.05f;  ///< the upper teeth's edge below the seam of the closed lips
  float lower_edge = 0.75f;  ///< the lower teeth's edge below the seam, with the jaw shut
  float tooth_height = 0.9f;
  float half_arch = 2.2f;   ///< half the width of a row of teeth
  float arch_rise = 0.35f;  ///< how much a row bends away towards the corners
};

/// Paints the mouth's inside between the driven lips: the upper teeth stand still with the head, the lower teeth and
/// the tongue go with the jaw.
class MouthPainter {
 public:
  /// `seam`: the middle of the closed lips in the robot's neutral picture; `pixels`: of a centimetre.
  MouthPainter(cv::Point2f seam, float pixels, const MouthLook& look = {})
      : seam_(seam), pixels_(pixels), look_(look) {}

  /// `lips`: the inner lips' points in order around the opening, pixels; `jaw`: how far the jaw has moved, pixels.
  void paint(cv::Mat& picture, std::span<const cv::Point2f> lips, cv::Point2f jaw);

 private:
  cv::Point2f seam_;
  float pixels_;
  MouthLook look_;
  cv::Mat mask_;
};

}  // namespace vividface
