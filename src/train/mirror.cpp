#include "train/mirror.h"

#include <torch/torch.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/error.h"
#include "base/resources.h"
#include "face/mesh_motion.h"
#include "robot/control_regions.h"

namespace vividface {
namespace {

/// Each mesh point's partner on the other side. Read without FaceMesh, which trains on no bare GPU machine: it needs
/// OpenCV.
std::array<int, kMeshPointCount> mirror_points() {
  const std::filesystem::path path = resource("config/face_mesh.json");
  std::array<int, kMeshPointCount> points{};
  try {
    std::ifstream file(path);
    nlohmann::json::parse(file).at("mirror").get_to(points);
  } catch (const nlohmann::json::exception& error) {
    throw InputError(path.string() + ": expected a list of " + std::to_string(points.size()) +
                     " points \"mirror\": " + error.what());
  }
  for (const int point : points)
    if (point < 0 || point >= kMeshPointCount) throw InputError(path.string() + ": \"mirror\" names no point");
  return points;
}

}  // namespace

ControlVector mirrored(const ControlVector& controls) {
  const ControlTable& table = ControlTable::ameca();
  const ControlRegions& regions = ControlRegions::ameca();
  const auto way = [](const ControlSpec& of, float towards) {
    return towards > 0 ? of.dataset.max - of.neutral : of.neutral - of.dataset.min;
  };
  ControlVector result;
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const ControlSpec &own = table[i], &other = table[regions.partner(i)];
    const float moved = controls[regions.partner(i)] - other.neutral, sign = regions.is_sideways(i) ? -1.0f : 1.0f;
    const float from = way(other, moved);
    result[i] = own.neutral + (from > 0 ? sign * moved / from * way(own, sign * moved) : 0);
  }
  return result;
}

torch::Tensor mirrored_motion(const torch::Tensor& motion) {
  static const std::array<int, kMeshPointCount> mirror = mirror_points();
  std::vector<std::int64_t> source;
  std::vector<float> sign;
  const auto take = [&](std::int64_t value, float way) {
    source.push_back(value);
    sign.push_back(way);
  };
  const auto take_point = [&](std::int64_t point) {
    take(2 * point, -1);
    take(2 * point + 1, 1);
  };
  for (const int point : mirror) take_point(point);
  take_point(kFirstIris + 1);
  take_point(kFirstIris);
  constexpr int kYaw = kFirstHeadAngle, kPitch = kYaw + 1, kRoll = kYaw + 2;
  take(kYaw, -1);
  take(kPitch, 1);
  take(kRoll, -1);
  const auto like = motion.options();
  return motion.index_select(1, torch::tensor(source, torch::kLong).to(motion.device())) * torch::tensor(sign).to(like);
}

}  // namespace vividface
