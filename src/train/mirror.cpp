#include "train/mirror.h"

#include <torch/torch.h>

#include <vector>

#include "motion/face_mesh.h"
#include "robot/control_regions.h"

namespace vividface {

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

std::int64_t mirrored_motion_count() {
  constexpr std::int64_t kIrises = 2, kHeadAngles = 3;
  return 2 * (kMeshPointCount + kIrises) + kHeadAngles;
}

torch::Tensor mirrored_motion(const torch::Tensor& motion) {
  // As AnimatedFrame::motion has them: x and y of the points and of both irises, then yaw, pitch and roll.
  const auto& mirror = FaceMesh::mediapipe().mirror;
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
  const auto left_iris = static_cast<std::int64_t>(mirror.size());
  take_point(left_iris + 1);
  take_point(left_iris);
  const std::int64_t yaw = 2 * (left_iris + 2);
  take(yaw, -1);
  take(yaw + 1, 1);
  take(yaw + 2, -1);
  const auto like = motion.options();
  return motion.index_select(1, torch::tensor(source, torch::kLong).to(motion.device())) * torch::tensor(sign).to(like);
}

}  // namespace vividface
