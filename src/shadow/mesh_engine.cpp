#include "shadow/mesh_engine.h"

#include <memory>

#include "base/error.h"
#include "base/resources.h"
#include "face/face_tracker.h"
#include "mapping/mapping_network.h"
#include "motion/head_pose.h"
#include "transfer/mesh/mesh_transfer.h"

namespace vividface {
namespace {

std::filesystem::path weights(const std::filesystem::path& models) {
  if (models.empty()) return resource(std::string("models/") + kMeshWeights);
  if (!std::filesystem::is_directory(models)) {
    throw InputError("--models \"" + models.string() + "\": no such folder; give the one that holds " + kMeshWeights);
  }
  return models / kMeshWeights;
}

}  // namespace

ShadowParts mesh_engine(const MeshEngineOptions& options) {
  return mesh_engine(options, std::make_shared<FaceTracker>());
}

ShadowParts mesh_engine(const MeshEngineOptions& options, const std::shared_ptr<FaceTracker>& tracker) {
  // std::function copies what it calls, hence the shared ownership.
  auto mapping = std::make_shared<MappingNetwork>(weights(options.models), MappingPrecision::fastest);
  const RobotFace robot =
      RobotFace::load(options.robot_image.empty() ? resource("assets/robot_neutral.png") : options.robot_image);

  ShadowParts parts;
  parts.track = [tracker](const cv::Mat& bgr) { return tracker->track(bgr); };
  parts.choose = [tracker](std::optional<cv::Point2f> point) { tracker->choose(point); };
  parts.transfer = std::make_unique<MeshTransfer>(robot, MeshTransferOptions{.wrinkles = options.wrinkles});
  parts.map = [mapping](const AnimatedFrame& animated) {
    ControlVector controls = mapping->read(animated.image, animated.motion);
    mapping->gain().apply(controls);
    return controls;
  };
  parts.pose_head = [](const cv::Matx33f& rotation, ControlVector& controls) {
    HeadSplit::ameca().apply(rotation, controls);
  };
  parts.robot_picture = robot.picture;
  return parts;
}

}  // namespace vividface
