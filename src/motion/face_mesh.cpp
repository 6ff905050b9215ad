#include "motion/face_mesh.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/resources.h"

namespace vividface {
namespace {

FaceMesh load() {
  const std::filesystem::path path = resource("config/face_mesh.json");
  try {
    std::ifstream file(path);
    const nlohmann::json json = nlohmann::json::parse(file);
    FaceMesh mesh;
    const auto points = json.at("points").get<std::vector<std::array<float, 3>>>();
    if (points.size() != kMeshPointCount) throw std::runtime_error("it needs 468 points");
    mesh.canonical.resize(kMeshPointCount, 3);
    for (int i = 0; i < kMeshPointCount; ++i) mesh.canonical.row(i) << points[i][0], points[i][1], points[i][2];
    json.at("triangles").get_to(mesh.triangles);
    json.at("mirror").get_to(mesh.mirror);
    json.at("oval").get_to(mesh.oval);
    json.at("outer_lips").get_to(mesh.outer_lips);
    json.at("inner_lips").get_to(mesh.inner_lips);
    mesh.stable.fill(0);
    for (const auto& entry : json.at("stable"))
      mesh.stable.at(entry.at(0).get<std::size_t>()) = entry.at(1).get<float>();

    auto check = [](int index) {
      if (index < 0 || index >= kMeshPointCount) throw std::runtime_error("a point's number is out of range");
    };
    if (mesh.oval.size() != 36 || mesh.outer_lips.size() != 20 || mesh.inner_lips.size() != 20)
      throw std::runtime_error("it needs 36 points of the oval and 20 of each ring of the lips");
    if (!mesh.canonical.allFinite() || !std::ranges::all_of(mesh.stable, [](float w) { return w >= 0 && w <= 1e6f; }))
      throw std::runtime_error("a coordinate or weight is not finite, or a weight is negative");
    for (const auto& triangle : mesh.triangles) std::for_each(triangle.begin(), triangle.end(), check);
    for (const auto& list : {mesh.oval, mesh.outer_lips, mesh.inner_lips})
      std::for_each(list.begin(), list.end(), check);
    std::for_each(mesh.mirror.begin(), mesh.mirror.end(), check);
    return mesh;
  } catch (const std::exception& error) {
    throw InputError(path.string() + " is not a face mesh (" + error.what() + "); take the one the program comes with");
  }
}

}  // namespace

const FaceMesh& FaceMesh::mediapipe() {
  static const FaceMesh mesh = load();
  return mesh;
}

void mesh_keypoints(const FaceObservation& face, Keypoints& points) {
  points.resize(kMeshPointCount, 3);
  for (int i = 0; i < kMeshPointCount; ++i) points.row(i) << face.mesh[i].x, face.mesh[i].y, face.mesh[i].z;
}

bool is_finite(const FaceObservation& face) {
  auto sane = [](float value) { return std::abs(value) < 1e6f; };  // false for NaN
  for (const cv::Point3f& p : face.mesh) {
    if (!sane(p.x) || !sane(p.y) || !sane(p.z)) return false;
  }
  for (const EyeObservation& eye : face.eyes) {
    for (const cv::Point2f& p : eye.contour) {
      if (!sane(p.x) || !sane(p.y)) return false;
    }
    for (const cv::Point2f& p : eye.iris) {
      if (!sane(p.x) || !sane(p.y)) return false;
    }
  }
  return true;
}

}  // namespace vividface
