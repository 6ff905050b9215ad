#include "shadow/mesh_engine.h"

#include <memory>
#include <string>

#include "base/error.h"
#include "base/resources.h"
#include "face/face_tracker.h"
#include "face/mesh_motion.h"
#include "mapping/mapping_architecture.h"
#include "mapping/mapping_network.h"
#include "mapping/person_mapping.h"
#include "mapping/person_picture.h"
#include "motion/head_pose.h"
#include "transfer/mesh/mesh_transfer.h"
#include "transfer/mesh/unturned_face.h"

namespace vividface {
namespace {

static_assert(UnturnedFace::kSide == kPersonSide, "M1 lays the person's face out as PersonMapping reads it");

/// The folder that holds the weights.
std::filesystem::path folder_of(const std::filesystem::path& models) {
  if (models.empty()) return resource(std::string("models/") + kMeshWeights).parent_path();
  if (!std::filesystem::is_directory(models)) {
    throw InputError("--models \"" + models.string() + "\": no such folder; give the one that holds " + kMeshWeights);
  }
  return models;
}

/// Weights that this engine's motion does not fit would fail on every frame.
MappingArchitecture check_motion(const Checkpoint& weights) {
  const MappingArchitecture architecture = read_architecture(weights);
  if (architecture.motion_inputs != 0 && architecture.motion_inputs != kMeshMotionCount)
    throw InputError(weights.name() + ": expected a network that sees " + std::to_string(kMeshMotionCount) +
                     " values of motion or none, found " + std::to_string(architecture.motion_inputs));
  return architecture;
}

}  // namespace

ShadowParts mesh_engine(const MeshEngineOptions& options) {
  return mesh_engine(options, std::make_shared<FaceTracker>());
}

ShadowParts mesh_engine(const MeshEngineOptions& options, const std::shared_ptr<FaceTracker>& tracker) {
  // std::function copies what it calls, hence the shared ownership.
  const std::filesystem::path models = folder_of(options.models);
  const Checkpoint weights = Checkpoint::read(models / kMeshWeights);
  if (check_motion(weights).sees_person)
    throw InputError(weights.name() + ": expected weights that see the robot, these see persons");
  auto mapping = std::make_shared<MappingNetwork>(weights, MappingPrecision::fastest);
  std::shared_ptr<PersonMapping> person;
  if (std::filesystem::exists(models / kPersonWeights)) {
    const Checkpoint of_persons = Checkpoint::read(models / kPersonWeights);
    check_motion(of_persons);
    person = std::make_shared<PersonMapping>(of_persons);
  }
  const RobotFace robot =
      RobotFace::load(options.robot_image.empty() ? resource("assets/robot_neutral.png") : options.robot_image);

  ShadowParts parts;
  parts.track = [tracker](const cv::Mat& bgr) { return tracker->track(bgr); };
  parts.choose = [tracker](std::optional<cv::Point2f> point) { tracker->choose(point); };
  parts.transfer = std::make_unique<MeshTransfer>(
      robot, MeshTransferOptions{.wrinkles = options.wrinkles, .person = person != nullptr});
  parts.map = [mapping, person](const AnimatedFrame& animated) {
    ControlVector controls = mapping->read(animated.image, animated.motion);
    if (person) person->mix(animated.person, animated.motion, controls);
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
