#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "robot/controls.h"
#include "robot/head_model.h"

namespace vividface {

/// A piecewise linear function of one control's value, constant beyond its ends.
struct Curve {
  std::size_t control = 0;
  std::vector<std::array<float, 2>> points;  ///< value, weight; values ascend, and there is at least one

  /// From a list of [value, weight], where a value may be "min", "neutral" or "max" of the control. Throws InputError,
  /// and nlohmann's exceptions for another shape.
  static Curve read(std::size_t control, const nlohmann::json& points);
  float operator()(const ControlVector& controls) const;
};

/// A smooth region of the face, in the base mesh's coordinates: a product of ramps along axes.
struct Mask {
  struct Ramp {
    Eigen::Vector3f axis;
    float from, to;
  };
  std::vector<Ramp> ramps;

  /// From a list of {"axis", "from", "to"}. Throws nlohmann's exceptions for another shape.
  static Mask read(const nlohmann::json& ramps);
  /// At a point of the base mesh: 0 … 1.
  float operator()(const std::array<float, 3>& point) const;
  /// What of a displacement lies within; `reference` is the topology's.
  SparseShape limited(const SparseShape& shape, const std::vector<std::array<float, 3>>& reference) const;
};

/// One unit's displacement within a mask, driven by one control, and held back by another where `times` says so.
struct Driver {
  std::string unit;
  SparseShape shape;
  Curve weight;
  std::optional<Curve> times;

  float operator()(const ControlVector& controls) const {
    return weight(controls) * (times ? (*times)(controls) : 1.f);
  }
};

struct WrinkleDriver {
  std::size_t wrinkle;
  Curve depth;
};

}  // namespace vividface
