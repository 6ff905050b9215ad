#include "render/robot_gltf.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>

#include "render/glb_buffer.h"
#include "render/head_renderer.h"
#include "render/head_shaders.h"
#include "render/robot_materials.h"

namespace vividface {
namespace {

using Eigen::Vector3f;
using nlohmann::ordered_json;

ordered_json array_of(const Vector3f& v) { return {v.x(), v.y(), v.z()}; }

ordered_json described(const RobotRig::Curve& curve) { return {{"control", curve.control}, {"points", curve.points}}; }

ordered_json described(const RobotRig::Joint& joint) {
  ordered_json json = {{"at", array_of(joint.at)}, {"pitch", joint.pitch}, {"roll", joint.roll}};
  if (joint.yaw) json["yaw"] = *joint.yaw;
  return json;
}

ordered_json controls() {
  ordered_json list;
  for (std::size_t i = 0; i < kControlCount; ++i) {
    const ControlSpec& spec = ControlTable::ameca()[i];
    list.push_back(
        {{"name", spec.name}, {"min", spec.dataset.min}, {"max", spec.dataset.max}, {"neutral", spec.neutral}});
  }
  return list;
}

ordered_json look() {
  const RenderView view = RenderView::portrait(1);
  const RenderLight light;
  ordered_json materials;
  for (const RobotMaterial& it : kRobotMaterials) materials[it.name] = static_cast<int>(it.material);
  return {{"view", {{"distance", view.distance}, {"field_of_view", view.field_of_view}, {"target", view.target}}},
          {"light",
           {{"key_direction", light.key_direction},
            {"strengths", {light.key, light.fill, light.ambient}},
            {"background", light.background}}},
          {"materials", std::move(materials)},
          {"fragment_shader", std::string(kFoldsShader) + kHeadFragmentShader}};
}

ordered_json extras(const RobotRig& rig) {
  ordered_json drives, folds, lids;
  for (const RobotRig::Drive& drive : rig.drives) {
    drives.push_back({{"weight", described(drive.weight)}});
    if (drive.times) drives.back()["times"] = described(*drive.times);
  }
  for (const RobotRig::Fold& fold : rig.folds)
    folds.push_back({{"wrinkle", fold.wrinkle}, {"depth", described(fold.depth)}});
  for (const RobotRig::Lid& lid : rig.lids) lids.push_back({lid.vertex, lid.side, lid.least_distance});
  ordered_json eyes = {{"centre", {array_of(rig.eyes.centre[0]), array_of(rig.eyes.centre[1])}},
                       {"phi", rig.eyes.phi},
                       {"theta", rig.eyes.theta},
                       {"yaw_per_degree", rig.eyes.yaw_per_degree},
                       {"up_per_degree", rig.eyes.up_per_degree},
                       {"down_per_degree", rig.eyes.down_per_degree}};
  return {{"version", 1},
          {"controls", controls()},
          {"drives", std::move(drives)},
          {"folds", std::move(folds)},
          {"lids", std::move(lids)},
          {"eyes", std::move(eyes)},
          {"head", described(rig.head)},
          {"neck", described(rig.neck)},
          {"look", look()}};
}

// Root, neck and head. A vertex follows the neck only where it follows the head not at all, or wholly: glTF's blend of
// joints is then HeadPose's.
void add_skin(const RobotRig& rig, GlbBuffer& buffer, ordered_json& attributes, ordered_json& gltf) {
  std::vector<std::array<std::uint8_t, 4>> joints(rig.rest.size(), {0, 1, 2, 0});
  std::vector<std::array<float, 4>> weights;
  for (std::size_t v = 0; v < rig.rest.size(); ++v) {
    const float head = rig.head_weight[v], neck = rig.neck_weight[v];
    weights.push_back({1 - neck, neck * (1 - head), neck * head, 0});
    const auto& w = weights.back();
    for (std::size_t k = 0; k < 3; ++k) {
      if (w[k] == 0) joints[v][k] = 0;  // as glTF asks
    }
  }
  attributes["JOINTS_0"] = buffer.add_plain(joints, GlbType::unsigned_byte, "VEC4");
  attributes["WEIGHTS_0"] = buffer.add_plain(weights, GlbType::float32, "VEC4");
  const Vector3f head_in_neck = rig.head.at - rig.neck.at;
  gltf["nodes"] = {{{"name", "robot"}, {"mesh", 0}, {"skin", 0}},
                   {{"name", "root"}, {"children", {2}}},
                   {{"name", "neck"}, {"translation", array_of(rig.neck.at)}, {"children", {3}}},
                   {{"name", "head"}, {"translation", array_of(head_in_neck)}}};
  std::vector<std::array<float, 16>> inverse_bind;
  for (const Vector3f& at : {Vector3f(0, 0, 0), rig.neck.at, rig.head.at}) {
    inverse_bind.push_back({1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -at.x(), -at.y(), -at.z(), 1});
  }
  gltf["skins"] = {{{"joints", {1, 2, 3}},
                    {"skeleton", 1},
                    {"inverseBindMatrices", buffer.add_plain(inverse_bind, GlbType::float32, "MAT4")}}};
  gltf["scenes"] = {{{"nodes", {0, 1}}}};
  gltf["scene"] = 0;
}

}  // namespace

std::string robot_glb(const VirtualRobot& robot) {
  const HeadTopology& topology = robot.topology();
  const RobotRig rig = robot.rig();
  GlbBuffer buffer;
  ordered_json gltf;
  gltf["asset"] = {{"version", "2.0"}, {"generator", "vividface"}, {"copyright", "head: MakeHuman, CC0"}};

  ordered_json attributes;
  attributes["POSITION"] = buffer.add_points(rig.rest);
  attributes["_REFERENCE"] = buffer.add_plain(topology.reference, GlbType::float32, "VEC3");
  add_skin(rig, buffer, attributes, gltf);
  ordered_json targets, names;
  for (const RobotRig::Drive& drive : rig.drives) {
    targets.push_back({{"POSITION", buffer.add_sparse(drive.shape, rig.rest.size())}});
    names.push_back(drive.name + " by " + ControlTable::ameca()[drive.weight.control].name);
  }

  ordered_json mesh = {{"name", "robot"}, {"primitives", ordered_json::array()}};
  for (const auto& [material, name, colour] : kRobotMaterials) {
    std::vector<std::uint32_t> indices;
    for (std::size_t t = 0; t < topology.triangles.size(); ++t) {
      if (topology.materials[t] == material)
        indices.insert(indices.end(), topology.triangles[t].begin(), topology.triangles[t].end());
    }
    mesh["primitives"].push_back({{"attributes", attributes},
                                  {"indices", buffer.add_indices(indices)},
                                  {"material", gltf["materials"].size()},
                                  {"targets", targets}});
    gltf["materials"].push_back({{"name", name},
                                 {"pbrMetallicRoughness",
                                  {{"baseColorFactor", {colour[0], colour[1], colour[2], 1}},
                                   {"metallicFactor", 0},
                                   {"roughnessFactor", 0.5}}}});
  }
  mesh["weights"] = std::vector<int>(rig.drives.size(), 0);
  mesh["extras"] = {{"targetNames", std::move(names)}};
  gltf["meshes"].push_back(std::move(mesh));
  gltf["scenes"][0]["extras"] = {{"vividface", extras(rig)}};
  return buffer.file(std::move(gltf));
}

}  // namespace vividface
