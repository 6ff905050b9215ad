#pragma once

#include <array>

#include "robot/head_model.h"

namespace vividface {

/// What the robot is made of. The colour is for who has not the renderer's shader: RGB, 0…1, linear.
struct RobotMaterial {
  Material material;
  const char* name;
  std::array<float, 3> colour;
};
inline constexpr std::array kRobotMaterials = {RobotMaterial{Material::skin, "skin", {0.32f, 0.33f, 0.35f}},
                                               RobotMaterial{Material::sclera, "sclera", {0.8f, 0.8f, 0.8f}},
                                               RobotMaterial{Material::teeth, "teeth", {0.7f, 0.7f, 0.6f}},
                                               RobotMaterial{Material::gums, "gums", {0.10f, 0.03f, 0.03f}},
                                               RobotMaterial{Material::tongue, "tongue", {0.3f, 0.09f, 0.09f}}};

}  // namespace vividface
