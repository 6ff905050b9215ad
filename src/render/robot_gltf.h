#pragma once

#include <string>

#include "robot/virtual_robot.h"

namespace vividface {

/// The virtual robot as a binary glTF 2.0 file, for the web page and for other programs: one mesh with a primitive a
/// material, a morph target a drive, head and neck as joints. What glTF has no words for is in the scene's extras (the
/// controls' curves, the folds, the lids that stay off the eyeballs, the eyes, the view, the light, the renderer's
/// fragment shader; docs/pages.md). Decimetres as in HeadPose; the same bytes each time.
std::string robot_glb(const VirtualRobot& robot);

}  // namespace vividface
