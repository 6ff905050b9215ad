#include "render/camera.h"

#include <Eigen/Geometry>
#include <cmath>
#include <numbers>

namespace vividface {
namespace {

using Eigen::Matrix4f, Eigen::Vector3f;

constexpr float kNear = 0.5f, kFar = 100;

float radians(float degrees) { return degrees * std::numbers::pi_v<float> / 180; }

}  // namespace

Camera camera_of(const RenderView& view) {
  const Eigen::Matrix3f turn = (Eigen::AngleAxisf(radians(view.yaw), Vector3f::UnitY()) *
                                Eigen::AngleAxisf(radians(-view.pitch), Vector3f::UnitX()) *
                                Eigen::AngleAxisf(radians(view.roll), Vector3f::UnitZ()))
                                   .toRotationMatrix();
  const Vector3f target(view.target[0], view.target[1], view.target[2]);
  Camera camera{target + turn * Vector3f(0, 0, view.distance), Matrix4f::Zero()};
  Matrix4f look = Matrix4f::Identity();
  look.topLeftCorner<3, 3>() = turn.transpose();
  look.topRightCorner<3, 1>() = -turn.transpose() * camera.position;
  const float focal = 1 / std::tan(radians(view.field_of_view) / 2);
  Matrix4f projection = Matrix4f::Zero();
  projection(0, 0) = focal * static_cast<float>(view.height) / static_cast<float>(view.width);
  projection(1, 1) = -focal;
  projection(2, 2) = (kFar + kNear) / (kNear - kFar);
  projection(2, 3) = 2 * kFar * kNear / (kNear - kFar);
  projection(3, 2) = -1;
  camera.view_projection = projection * look;
  return camera;
}

RenderView RenderView::portrait(int size) {
  RenderView view;
  view.width = view.height = size;
  view.distance = 9;
  view.field_of_view = 22;
  view.target = {0, -0.45f, 0};
  return view;
}

RenderView RenderView::canonical(int size) {
  RenderView view;
  view.width = view.height = size;
  view.distance = 9;
  view.field_of_view = 13.4f;
  view.target = {0, -0.48f, 0};
  return view;
}

}  // namespace vividface
