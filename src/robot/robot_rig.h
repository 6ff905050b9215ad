#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "robot/head_model.h"

namespace vividface {

/// What VirtualRobot::pose does, as data, for programs that pose the head themselves. Lengths in decimetres, angles in
/// degrees, controls by their index.
struct RobotRig {
  /// Weights at a control's values, which ascend; linear between them, constant beyond.
  struct Curve {
    std::size_t control;
    std::vector<std::array<float, 2>> points;
  };
  /// A shape, by as much as `weight` says, times `times` where it is there.
  struct Drive {
    std::string name;
    SparseShape shape;
    Curve weight;
    std::optional<Curve> times;
  };
  struct Fold {
    std::size_t wrinkle;  ///< of Wrinkle; its drives are added up and clamped to 0…1
    Curve depth;
  };
  /// A point of the skin before an eyeball, which stays this far from its centre.
  struct Lid {
    std::uint32_t vertex;
    std::size_t side;
    float least_distance;
  };
  struct Eyes {
    std::array<Eigen::Vector3f, 2> centre;
    float yaw_per_degree, up_per_degree, down_per_degree;  ///< of the gaze controls
    std::size_t phi, theta;
  };
  struct Joint {
    Eigen::Vector3f at;
    std::optional<std::size_t> yaw;
    std::size_t pitch, roll;
  };

  std::vector<Eigen::Vector3f> rest;  ///< one a vertex of the topology
  std::vector<Drive> drives;
  std::vector<Fold> folds;
  std::vector<Lid> lids;
  Eyes eyes;
  Joint head, neck;                             ///< the head turns first, the neck carries it
  std::vector<float> head_weight, neck_weight;  ///< one a vertex, 0…1: how far it follows each
};

}  // namespace vividface
