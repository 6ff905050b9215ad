#pragma once

#include <opencv2/core/mat.hpp>
#include <optional>

#include "base/random.h"
#include "dataset/performer.h"
#include "dataset/performer_scene.h"
#include "render/performer_renderer.h"
#include "robot/virtual_robot.h"

namespace vividface {

/// Draws people of the cast as a camera sees them. One thread an object.
class PerformerPainter {
 public:
  /// `person`: of HeadParts::person. Throws std::runtime_error when there is no EGL device.
  explicit PerformerPainter(const HeadTopology& person) : renderer_(person) {}

  /// From now on draws this person, in a look and a scene that `random` gives; pictures of `size` pixels a side.
  void take_on(const Performer& performer, int size, Random& random);
  /// The scene of the person who was taken on.
  const PerformerScene& scene() const { return scene_; }

  /// The person under these controls, CV_8UC3 BGR, with the sensor's noise but not its JPEG. `scene`: scene(), or
  /// moments_later of it. Valid until the next call.
  const cv::Mat& draw(const ControlVector& controls, const PerformerScene& scene, Random& random);

 private:
  PerformerRenderer renderer_;
  PerformerScene scene_;
  std::optional<VirtualRobot> head_;
  HeadPose pose_;
  cv::Mat picture_;
};

}  // namespace vividface
