#include "robot/virtual_robot.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>
#include <string_view>

#include "base/error.h"
#include "base/resources.h"
#include "robot/control_index.h"
#include "robot/drivers.h"

namespace vividface {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, kWrinkleCount> kWrinkleNames = {
    "forehead_inner_left", "forehead_inner_right", "forehead_outer_left", "forehead_outer_right",
    "frown_left",          "frown_right",          "nose_left",           "nose_right",
    "nasolabial_left",     "nasolabial_right",     "crows_feet_left",     "crows_feet_right"};
constexpr std::array<std::string_view, 5> kHeadPoseControls = {"Head Pitch", "Head Roll", "Head Yaw", "Neck Pitch",
                                                               "Neck Roll"};

float radians(float degrees) { return degrees * std::numbers::pi_v<float> / 180; }

/// Within the data set's ranges; what is not finite counts as neutral.
ControlVector usable(const ControlVector& given) {
  ControlVector controls;
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const ControlSpec& spec = ControlTable::ameca()[i];
    controls[i] = std::isfinite(given[i]) ? std::clamp(given[i], spec.dataset.min, spec.dataset.max) : spec.neutral;
  }
  return controls;
}

}  // namespace

struct VirtualRobot::Impl {
  HeadModel model;
  std::vector<Driver> drivers;
  std::vector<WrinkleDriver> wrinkles;
  std::vector<float> head_weight, neck_weight;  // one a vertex
  struct LidVertex {
    std::uint32_t vertex;
    std::size_t side;
    float least_distance;  // from the eye's centre
  };
  std::vector<LidVertex> lid_vertices;
  float eye_yaw_per_degree = 0, eye_up_per_degree = 0, eye_down_per_degree = 0;
  std::size_t gaze_phi, gaze_theta, head_pitch, head_roll, head_yaw, neck_pitch, neck_roll;

  Impl(const json& config, std::vector<IdentityTarget> identity, HeadParts parts) {
    for (const json& part : config.at("identity")) {
      identity.push_back({part.at("target").get<std::string>(), part.at("weight").get<float>()});
    }
    model = HeadModel::load(identity, parts);
    read_drivers(config);
    for (const auto& [name, drives] : config.at("wrinkles").items()) {
      const auto found = std::find(kWrinkleNames.begin(), kWrinkleNames.end(), name);
      if (found == kWrinkleNames.end()) throw InputError("no wrinkle is called \"" + name + "\"");
      for (const json& drive : drives) {
        const std::size_t control = control_index(drive.at("control").get<std::string>());
        wrinkles.push_back(
            {static_cast<std::size_t>(found - kWrinkleNames.begin()), Curve::read(control, drive.at("curve"))});
      }
    }
    const Mask head = Mask::read(config.at("skinning").at("head")), neck = Mask::read(config.at("skinning").at("neck"));
    for (const auto& p : model.topology.reference) {
      head_weight.push_back(head(p));
      neck_weight.push_back(neck(p));
    }
    for (const std::uint32_t begin : model.eyeball_begin) {
      std::fill_n(head_weight.begin() + begin, model.eyeball_vertices, 1.f);
      std::fill_n(neck_weight.begin() + begin, model.eyeball_vertices, 1.f);
    }
    const json& eyes = config.at("eyes");
    eye_yaw_per_degree = eyes.at("yaw_per_degree").get<float>();
    eye_up_per_degree = eyes.at("up_per_degree").get<float>();
    eye_down_per_degree = eyes.at("down_per_degree").get<float>();
    find_lid_vertices(eyes.at("lid_clearance").get<float>());
    gaze_phi = control_index("Gaze Target Phi");
    gaze_theta = control_index("Gaze Target Theta");
    head_pitch = control_index("Head Pitch");
    head_roll = control_index("Head Roll");
    head_yaw = control_index("Head Yaw");
    neck_pitch = control_index("Neck Pitch");
    neck_roll = control_index("Neck Roll");
  }

  void read_drivers(const json& config) {
    const json& masks = config.at("masks");
    for (const auto& [name, shapes] : config.at("controls").items()) {
      const std::size_t control = control_index(name);
      for (const json& entry : shapes) {
        const auto unit = model.units.find(entry.at("unit").get<std::string>());
        if (unit == model.units.end()) throw InputError(name + " drives an unknown unit " + entry.at("unit").dump());
        Driver driver{unit->first, unit->second, Curve::read(control, entry.at("curve")), std::nullopt};
        if (driver.weight(ControlTable::ameca().neutral()) != 0) {
          throw InputError(name + " drives " + unit->first + " at its neutral value; the curve must be 0 there");
        }
        for (const std::string key : {"mask", "and"}) {
          if (!entry.contains(key)) continue;
          const Mask mask = Mask::read(masks.at(entry.at(key).get<std::string>()));
          driver.shape = mask.limited(driver.shape, model.topology.reference);
        }
        if (entry.contains("times")) {
          driver.times = Curve::read(control_index(entry.at("times").at("control").get<std::string>()),
                                     entry.at("times").at("curve"));
        }
        drivers.push_back(std::move(driver));
      }
    }
  }

  /// What lies in front of an eyeball and could be moved into it by a blink.
  void find_lid_vertices(float clearance) {
    for (std::uint32_t v = 0; v < model.eyeball_begin[0]; ++v) {
      for (std::size_t side = 0; side < 2; ++side) {
        const Eigen::Vector3f from_centre = model.rest[v] - model.eye_centre[side];
        const float distance = from_centre.norm();
        if (distance > 1.8f * model.eye_radius || from_centre.z() < 0) continue;
        lid_vertices.push_back({v, side, std::min(distance, model.eye_radius * (1 + clearance))});
      }
    }
  }

  void keep_lids_off_the_eyeballs(std::vector<std::array<float, 3>>& positions) const {
    for (const LidVertex& lid : lid_vertices) {
      Eigen::Map<Eigen::Vector3f> p(positions[lid.vertex].data());
      const Eigen::Vector3f from_centre = p - model.eye_centre[lid.side];
      const float distance = from_centre.norm();
      if (distance < lid.least_distance) p = model.eye_centre[lid.side] + from_centre * (lid.least_distance / distance);
    }
  }
};

VirtualRobot::VirtualRobot() : VirtualRobot(std::vector<IdentityTarget>()) {}

VirtualRobot::VirtualRobot(const std::vector<IdentityTarget>& identity, HeadParts parts) {
  const std::filesystem::path path = resource("config/virtual_robot.json");
  std::ifstream file(path);
  try {
    impl_ = std::make_unique<Impl>(json::parse(file, nullptr, true, true), identity, parts);
  } catch (const InputError& error) {
    throw InputError(path.string() + ": " + error.what());
  } catch (const json::exception& error) {
    throw InputError(path.string() + " is not a robot's mapping: " + error.what());
  }
}

VirtualRobot::~VirtualRobot() = default;

const HeadTopology& VirtualRobot::topology() const { return impl_->model.topology; }

std::map<std::string, float> VirtualRobot::units(const ControlVector& given) const {
  const ControlVector controls = usable(given);
  std::map<std::string, float> units;
  for (const auto& [name, shape] : impl_->model.units) units[name] = 0;
  for (const Driver& driver : impl_->drivers) {
    float& strongest = units[driver.unit];
    if (const float weight = driver(controls); std::abs(weight) > std::abs(strongest)) strongest = weight;
  }
  return units;
}

void VirtualRobot::pose(const ControlVector& given, HeadPose& out) const {
  const Impl& robot = *impl_;
  const HeadModel& model = robot.model;
  const ControlVector controls = usable(given);

  // The face at rest, deformed by the expression units.
  out.positions.resize(model.rest.size());
  for (std::size_t v = 0; v < model.rest.size(); ++v)
    Eigen::Map<Eigen::Vector3f>(out.positions[v].data()) = model.rest[v];
  for (const Driver& driver : robot.drivers) {
    const float weight = driver(controls);
    if (weight == 0) continue;
    for (std::size_t i = 0; i < driver.shape.vertices.size(); ++i) {
      Eigen::Map<Eigen::Vector3f>(out.positions[driver.shape.vertices[i]].data()) += weight * driver.shape.offsets[i];
    }
  }
  robot.keep_lids_off_the_eyeballs(out.positions);
  out.wrinkles.fill(0);
  for (const WrinkleDriver& wrinkle : robot.wrinkles) out.wrinkles[wrinkle.wrinkle] += wrinkle.depth(controls);
  for (float& depth : out.wrinkles) depth = std::clamp(depth, 0.f, 1.f);

  // Eyes, skull and neck turn about their joints.
  const auto rotation = [&](float yaw, float pitch, float roll) {
    using Eigen::AngleAxisf, Eigen::Vector3f;
    return Eigen::Matrix3f(AngleAxisf(radians(yaw), Vector3f::UnitY()) *
                           AngleAxisf(radians(-pitch), Vector3f::UnitX()) *
                           AngleAxisf(radians(-roll), Vector3f::UnitZ()));
  };
  const float theta = controls[robot.gaze_theta];
  const Eigen::Vector3f gaze = rotation(robot.eye_yaw_per_degree * controls[robot.gaze_phi],
                                        (theta > 0 ? robot.eye_up_per_degree : robot.eye_down_per_degree) * theta, 0) *
                               Eigen::Vector3f::UnitZ();
  const Eigen::Matrix3f head =
      rotation(controls[robot.head_yaw], controls[robot.head_pitch], controls[robot.head_roll]);
  const Eigen::Matrix3f neck = rotation(0, controls[robot.neck_pitch], controls[robot.neck_roll]);
  const auto skinned = [&](const Eigen::Vector3f& p, float head_weight, float neck_weight) {
    Eigen::Vector3f q = p + head_weight * (head * (p - model.head_joint) + model.head_joint - p);
    q += neck_weight * (neck * (q - model.neck_joint) + model.neck_joint - q);
    return q;
  };
  if (!(head.isIdentity(0) && neck.isIdentity(0))) {
    for (std::size_t v = 0; v < out.positions.size(); ++v) {
      Eigen::Map<Eigen::Vector3f> p(out.positions[v].data());
      p = skinned(p, robot.head_weight[v], robot.neck_weight[v]);
    }
  }
  const Eigen::Matrix3f skull = neck * head;
  Eigen::Map<Eigen::Matrix<float, 3, 3, Eigen::RowMajor>>(out.head_rotation.data()) = skull;
  for (std::size_t side = 0; side < 2; ++side) {
    Eigen::Map<Eigen::Vector3f>(out.eye_centre[side].data()) = skinned(model.eye_centre[side], 1, 1);
    Eigen::Map<Eigen::Vector3f>(out.gaze[side].data()) = skull * gaze;
  }
}

RobotRig VirtualRobot::rig() const {
  const Impl& robot = *impl_;
  const auto plain = [](const Curve& curve) { return RobotRig::Curve{curve.control, curve.points}; };
  RobotRig rig{.rest = robot.model.rest,
               .drives = {},
               .folds = {},
               .lids = {},
               .eyes = {robot.model.eye_centre, robot.eye_yaw_per_degree, robot.eye_up_per_degree,
                        robot.eye_down_per_degree, robot.gaze_phi, robot.gaze_theta},
               .head = {robot.model.head_joint, robot.head_yaw, robot.head_pitch, robot.head_roll},
               .neck = {robot.model.neck_joint, std::nullopt, robot.neck_pitch, robot.neck_roll},
               .head_weight = robot.head_weight,
               .neck_weight = robot.neck_weight};
  for (const Driver& driver : robot.drivers) {
    rig.drives.push_back({driver.unit, driver.shape, plain(driver.weight),
                          driver.times ? std::optional(plain(*driver.times)) : std::nullopt});
  }
  for (const WrinkleDriver& wrinkle : robot.wrinkles) rig.folds.push_back({wrinkle.wrinkle, plain(wrinkle.depth)});
  for (const auto& lid : robot.lid_vertices) rig.lids.push_back({lid.vertex, lid.side, lid.least_distance});
  return rig;
}

ControlVector without_head_pose(const ControlVector& controls) {
  ControlVector out = controls;
  for (const std::string_view name : kHeadPoseControls) {
    const std::size_t index = *ControlTable::ameca().index_of(name);
    out[index] = ControlTable::ameca()[index].neutral;
  }
  return out;
}

}  // namespace vividface
