#include "robot/drivers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/smooth_step.h"

namespace vividface {
namespace {

using nlohmann::json;

}  // namespace

Curve Curve::read(std::size_t control, const json& points) {
  const ControlSpec& spec = ControlTable::ameca()[control];
  Curve curve{control, {}};
  for (const json& point : points) {
    float value = spec.neutral;
    if (point.at(0).is_number()) {
      value = point.at(0).get<float>();
    } else if (const auto word = point.at(0).get<std::string>(); word == "min" || word == "max") {
      value = word == "min" ? spec.dataset.min : spec.dataset.max;
    } else if (word != "neutral") {
      throw InputError("a curve of " + spec.name + " has a point at \"" + word +
                       "\", expected a number, min, neutral or max");
    }
    if (!curve.points.empty() && value <= curve.points.back()[0]) {
      throw InputError("a curve of " + spec.name + " does not ascend");
    }
    curve.points.push_back({value, point.at(1).get<float>()});
  }
  if (curve.points.empty()) throw InputError("a curve of " + spec.name + " has no points");
  return curve;
}

float Curve::operator()(const ControlVector& controls) const {
  const float value = controls[control];
  if (value <= points.front()[0]) return points.front()[1];
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto [x0, y0] = points[i - 1];
    const auto [x1, y1] = points[i];
    if (value < x1) return y0 + (y1 - y0) * (value - x0) / (x1 - x0);
    if (value == x1) return y1;
  }
  return points.back()[1];
}

Mask Mask::read(const json& ramps) {
  Mask mask;
  for (const json& ramp : ramps) {
    const json& axis = ramp.at("axis");
    mask.ramps.push_back({{axis.at(0).get<float>(), axis.at(1).get<float>(), axis.at(2).get<float>()},
                          ramp.at("from").get<float>(),
                          ramp.at("to").get<float>()});
  }
  return mask;
}

float Mask::operator()(const std::array<float, 3>& p) const {
  float weight = 1;
  for (const Ramp& ramp : ramps) {
    weight *= smooth_step(ramp.from, ramp.to, ramp.axis.dot(Eigen::Vector3f(p[0], p[1], p[2])));
  }
  return weight;
}

SparseShape Mask::limited(const SparseShape& shape, const std::vector<std::array<float, 3>>& reference) const {
  SparseShape out;
  for (std::size_t i = 0; i < shape.vertices.size(); ++i) {
    const float weight = (*this)(reference[shape.vertices[i]]);
    if (weight < 1e-3f) continue;
    out.vertices.push_back(shape.vertices[i]);
    out.offsets.push_back(weight * shape.offsets[i]);
  }
  return out;
}

}  // namespace vividface
