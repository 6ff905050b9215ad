#include "robot/brow_raise.h"

#include <gtest/gtest.h>

#include <limits>

namespace vividface {
namespace {

/// How a unit moves the skin nearest to a place on the base mesh.
Eigen::Vector3f moved(const HeadModel& model, const char* unit, const Eigen::Vector3f& place) {
  std::uint32_t nearest = 0;
  float least = std::numeric_limits<float>::infinity();
  for (std::size_t t = 0; t < model.topology.triangles.size(); ++t) {
    if (model.topology.materials[t] != Material::skin) continue;
    for (const std::uint32_t v : model.topology.triangles[t]) {
      const float distance = (Eigen::Map<const Eigen::Vector3f>(model.topology.reference[v].data()) - place).norm();
      if (distance < least) least = distance, nearest = v;
    }
  }
  const SparseShape& shape = model.units.at(unit);
  for (std::size_t i = 0; i < shape.vertices.size(); ++i)
    if (shape.vertices[i] == nearest) return shape.offsets[i];
  return Eigen::Vector3f::Zero();
}

TEST(BrowRaise, LiftsTheWholeBrow) {
  struct Case {
    const char* unit;
    Eigen::Vector3f lower, upper;  // edges of the brow
  };
  for (const HeadParts parts : {HeadParts::robot, HeadParts::person}) {
    const HeadModel head = HeadModel::load({}, parts);
    for (const auto& [unit, lower, upper] :
         {Case{"browInnerUp", {0.15f, 0.17f, 0.24f}, {0.15f, 0.27f, 0.26f}},
          Case{"browInnerUp", {-0.15f, 0.17f, 0.24f}, {-0.15f, 0.27f, 0.26f}},
          Case{"browOuterUpLeft", {0.42f, 0.16f, 0.13f}, {0.42f, 0.26f, 0.12f}},
          Case{"browOuterUpRight", {-0.42f, 0.16f, 0.13f}, {-0.42f, 0.26f, 0.12f}}}) {
      const float below = moved(head, unit, lower).y(), above = moved(head, unit, upper).y();
      EXPECT_GT(below, 0.03f) << unit;
      EXPECT_GT(above, 0.85f * below) << unit;
    }
  }
}

TEST(BrowRaise, EndsAtTheHairAndHardlyMovesTheLids) {
  const HeadModel head = HeadModel::load();
  for (const char* unit : {"browInnerUp", "browOuterUpLeft", "browOuterUpRight"}) {
    float last = std::numeric_limits<float>::infinity();
    for (const float y : {0.27f, 0.37f, 0.47f, 0.55f, 0.63f}) {  // the forehead folds: less and less goes up
      const float up = moved(head, unit, {0.15f, y, 0.2f}).y();
      EXPECT_LE(up, last + 1e-6f) << unit << ' ' << y;
      last = up;
    }
    EXPECT_NEAR(last, 0, 0.005f) << unit;
    for (const float x : {-0.31f, 0.31f}) EXPECT_LT(moved(head, unit, {x, 0.05f, 0.18f}).norm(), 0.01f) << unit;
  }
}

}  // namespace
}  // namespace vividface
