#include "motion/head_pose.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string>

#include "base/error.h"
#include "base/resources.h"
#include "robot/controls.h"

namespace vividface {
namespace {

constexpr float kDegrees = 180.0f / std::numbers::pi_v<float>;

float HeadAngles::*angle_named(const std::string& name) {
  if (name == "yaw") return &HeadAngles::yaw;
  if (name == "pitch") return &HeadAngles::pitch;
  if (name == "roll") return &HeadAngles::roll;
  throw std::runtime_error("\"" + name + "\" is not yaw, pitch or roll");
}

bool is_finite(const HeadAngles& angles) {
  return std::isfinite(angles.yaw) && std::isfinite(angles.pitch) && std::isfinite(angles.roll);
}

}  // namespace

cv::Matx33f relative_rotation(const Motion& driving, const Motion& reference) {
  const Rotation r = driving.rotation * reference.rotation.transpose();
  return {r(0, 0), r(0, 1), r(0, 2), r(1, 0), r(1, 1), r(1, 2), r(2, 0), r(2, 1), r(2, 2)};
}

// In columns, C = Rᵀ = Y·P·Q with axes x right, y down, z away. The face looks along −z. Turning it to the person's
// left takes −z towards +x; lowering the chin takes −z towards +y; tilting to the person's left takes the crown (−y)
// towards +x.
HeadAngles head_angles(const cv::Matx33f& rotation) {
  const cv::Matx33f c = rotation.t();
  // The face's direction after the turn is −C·e_z; its x and y give yaw and pitch.
  const float x = -c(0, 2), y = -c(1, 2), z = -c(2, 2);
  HeadAngles angles;
  angles.yaw = std::atan2(x, -z) * kDegrees;
  angles.pitch = std::asin(std::clamp(y, -1.0f, 1.0f)) * kDegrees;
  angles.roll = std::atan2(c(1, 0), c(1, 1)) * kDegrees;
  return angles;
}

cv::Matx33f head_rotation(const HeadAngles& angles) {
  const float cy = std::cos(angles.yaw / kDegrees), sy = std::sin(angles.yaw / kDegrees);
  const float cp = std::cos(angles.pitch / kDegrees), sp = std::sin(angles.pitch / kDegrees);
  const float cr = std::cos(angles.roll / kDegrees), sr = std::sin(angles.roll / kDegrees);
  const cv::Matx33f yaw(cy, 0, -sy, 0, 1, 0, sy, 0, cy);
  const cv::Matx33f pitch(1, 0, 0, 0, cp, -sp, 0, sp, cp);
  const cv::Matx33f roll(cr, -sr, 0, sr, cr, 0, 0, 0, 1);
  return (yaw * pitch * roll).t();
}

HeadSplit HeadSplit::load(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw InputError("cannot read the head split " + path.string() + ": no such file or not readable");
  return parse(file, path.string());
}

HeadSplit HeadSplit::parse(std::istream& stream, const std::string& file) {
  try {
    const nlohmann::json json = nlohmann::json::parse(stream);
    const ControlTable& table = ControlTable::ameca();
    HeadSplit split;
    for (const nlohmann::json& entry : json.at("controls")) {
      const std::string name = entry.at("name").get<std::string>();
      const std::optional<std::size_t> index = table.index_of(name);
      if (!index) throw std::runtime_error("the robot has no control \"" + name + "\"");
      const ControlSpec& spec = table[*index];
      const float gain = entry.at("degrees_per_degree").get<float>();
      if (!std::isfinite(gain) || gain == 0)
        throw std::runtime_error("degrees_per_degree of " + name + " is 0 or not finite");
      split.controls_.push_back({*index, spec.neutral, spec.shadowing.min, spec.shadowing.max,
                                 angle_named(entry.at("angle").get<std::string>()), gain});
    }
    return split;
  } catch (const std::exception& error) {
    throw InputError(file + " is not a head split (" + error.what() + "); see config/head_split.json");
  }
}

const HeadSplit& HeadSplit::ameca() {
  static const HeadSplit split = load(resource("config/head_split.json"));
  return split;
}

void HeadSplit::apply(const cv::Matx33f& rotation, std::span<float> controls) const {
  HeadAngles angles = head_angles(rotation);
  if (!is_finite(angles)) angles = {};
  HeadAngles left_over;
  for (const HeadControl& control : controls_) {
    const float wanted =
        control.gain * angles.*control.angle + std::copysign(1.0f, control.gain) * left_over.*control.angle;
    const float given = std::clamp(control.neutral + wanted, control.min, control.max) - control.neutral;
    left_over.*control.angle = std::copysign(1.0f, control.gain) * (wanted - given);
    controls[control.index] = control.neutral + given;
  }
}

}  // namespace vividface
