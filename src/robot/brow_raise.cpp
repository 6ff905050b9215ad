#include "robot/brow_raise.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "base/smooth_step.h"

namespace vividface {
namespace {

// On the base mesh, decimetres above the eyes: brows lie between 0.17 and 0.28, hair begins near 0.65.
constexpr float kBelowBrow = 0.14f, kInBrow = 0.18f, kAboveBrow = 0.28f, kHairline = 0.62f;
constexpr float kColumn = 0.04f;        // how far aside the lift of the skin below a brow counts
constexpr float kNeighbourhood = 0.1f;  // in which the forehead is taken for a plane

Eigen::Vector3f place(const HeadModel& model, std::uint32_t vertex) {
  const auto& p = model.topology.reference[vertex];
  return {p[0], p[1], p[2]};
}

/// The skin of brows and forehead.
std::vector<std::uint32_t> forehead(const HeadModel& model) {
  std::vector<std::uint32_t> vertices;
  for (std::size_t i = 0; i < model.topology.triangles.size(); ++i)
    if (model.topology.materials[i] == Material::skin)
      vertices.insert(vertices.end(), model.topology.triangles[i].begin(), model.topology.triangles[i].end());
  std::sort(vertices.begin(), vertices.end());
  vertices.erase(std::unique(vertices.begin(), vertices.end()), vertices.end());
  std::erase_if(vertices, [&](std::uint32_t v) {
    const Eigen::Vector3f p = place(model, v);
    return p.y() < kBelowBrow || p.y() > kHairline || p.z() < -0.3f;
  });
  return vertices;
}

/// How far back the skin goes for each step up, at every vertex of `skin`.
std::vector<float> slopes(const HeadModel& model, const std::vector<std::uint32_t>& skin) {
  std::vector<float> slopes;
  for (const std::uint32_t v : skin) {
    const Eigen::Vector3f at = place(model, v);
    Eigen::Matrix3f products = 1e-6f * Eigen::Matrix3f::Identity();
    Eigen::Vector3f depths = Eigen::Vector3f::Zero();
    for (const std::uint32_t other : skin) {
      const Eigen::Vector3f d = place(model, other) - at;
      if (d.norm() > kNeighbourhood) continue;
      const Eigen::Vector3f row(1, d.x(), d.y());
      products += row * row.transpose();
      depths += d.z() * row;
    }
    slopes.push_back(products.ldlt().solve(depths)[2]);
  }
  return slopes;
}

}  // namespace

void raise_whole_brows(HeadModel& model) {
  const std::vector<std::uint32_t> skin = forehead(model);
  const std::vector<float> slope = slopes(model, skin);
  for (const char* unit : {"browInnerUp", "browOuterUpLeft", "browOuterUpRight"}) {
    SparseShape& shape = model.units.at(unit);
    std::vector<Eigen::Vector3f> offsets(model.rest.size(), Eigen::Vector3f::Zero());
    for (std::size_t i = 0; i < shape.vertices.size(); ++i) offsets[shape.vertices[i]] = shape.offsets[i];
    const std::vector<Eigen::Vector3f> before = offsets;
    for (std::size_t i = 0; i < skin.size(); ++i) {
      const Eigen::Vector3f at = place(model, skin[i]);
      float lift = 0;  // of the skin that goes up the most in this column
      for (const std::uint32_t other : skin) {
        const float aside = (place(model, other).x() - at.x()) / kColumn;
        lift = std::max(lift, before[other].y() * std::exp(-aside * aside));
      }
      lift *= smooth_step(kBelowBrow, kInBrow, at.y()) * (1 - smooth_step(kAboveBrow, kHairline, at.y()));
      Eigen::Vector3f& offset = offsets[skin[i]];
      if (const float more = lift - offset.y(); more > 0) offset += more * Eigen::Vector3f(0, 1, slope[i]);
    }
    shape = {};
    for (std::uint32_t v = 0; v < offsets.size(); ++v) {
      if (offsets[v].isZero()) continue;
      shape.vertices.push_back(v);
      shape.offsets.push_back(offsets[v]);
    }
  }
}

}  // namespace vividface
