#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "robot/controls.h"
#include "robot/head_model.h"
#include "robot/robot_rig.h"

namespace vividface {

/// Skin folds that a pose can show; left and right are the robot's own.
enum class Wrinkle : std::uint8_t {
  forehead_inner_left,
  forehead_inner_right,
  forehead_outer_left,
  forehead_outer_right,
  frown_left,
  frown_right,
  nose_left,
  nose_right,
  nasolabial_left,
  nasolabial_right,
  crows_feet_left,
  crows_feet_right,
};
inline constexpr std::size_t kWrinkleCount = 12;

/// A posed head in decimetres, y up, z towards the camera, origin between the eyes of the resting head.
struct HeadPose {
  std::vector<std::array<float, 3>> positions;     ///< vertex_count, reused between calls
  std::array<std::array<float, 3>, 2> eye_centre;  ///< by side: left, right
  std::array<std::array<float, 3>, 2> gaze;        ///< unit vectors of the optical axes
  std::array<float, kWrinkleCount> wrinkles{};     ///< depth of each fold, 0 (smooth) … 1, by Wrinkle
  std::array<float, 9> head_rotation{};            ///< of the skull, row by row; the identity at rest
};

/// A stand-in for Ameca with the same 30 controls: MakeHuman's head (CC0), driven by config/virtual_robot.json.
/// Signs: yaw and gaze phi are positive towards the robot's own left, pitch and theta upwards, roll towards its own
/// left shoulder; Jaw Yaw 1 is its own left.
class VirtualRobot {
 public:
  /// Reads the head data (see scripts/setup) and the mapping from controls to expression units, eyes, jaw and neck.
  /// Throws InputError for a missing or altered file.
  VirtualRobot();
  /// The same with another face: more of MakeHuman's targets on top of the robot's own. A person has more parts.
  explicit VirtualRobot(const std::vector<IdentityTarget>& identity, HeadParts parts = HeadParts::robot);
  ~VirtualRobot();

  const HeadTopology& topology() const;
  /// How strongly these controls use each of the head's expression units, by unit name: the largest of its parts'
  /// weights, 1 for the unit's full shape.
  std::map<std::string, float> units(const ControlVector& controls) const;
  /// The head under these controls (clamped to the data set's ranges; what is not finite counts as neutral). After the
  /// first call nothing is allocated.
  void pose(const ControlVector& controls, HeadPose& out) const;
  /// The same as data.
  RobotRig rig() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The same controls with head and neck at neutral, as the canonical view shows them.
ControlVector without_head_pose(const ControlVector& controls);

}  // namespace vividface
