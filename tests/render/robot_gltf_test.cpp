#include "render/robot_gltf.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/resources.h"

namespace vividface {
namespace {

struct Glb {
  nlohmann::json json;
  std::string binary;
};

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

Glb parsed(const std::string& file) {
  EXPECT_EQ(file.substr(0, 4), "glTF");
  EXPECT_EQ(number_at(file, 4), 2u);
  EXPECT_EQ(number_at(file, 8), file.size());
  const std::size_t json_size = number_at(file, 12), binary_at = 20 + json_size;
  EXPECT_EQ(json_size % 4, 0u);
  EXPECT_EQ(number_at(file, binary_at), file.size() - binary_at - 8);
  return {nlohmann::json::parse(file.substr(20, json_size)), file.substr(binary_at + 8)};
}

class RobotGltf : public testing::Test {
 protected:
  const VirtualRobot robot_;
  const std::string file_ = robot_glb(robot_);
  const Glb glb_ = parsed(file_);
};

TEST_F(RobotGltf, IsTheFileThatTheWebPageLoads) {
  std::ifstream in(resource("assets/robot.glb"), std::ios::binary);
  const std::string committed{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(committed == file_) << "make it anew: vividface render --gltf assets/robot.glb";
}

TEST_F(RobotGltf, EveryAccessorLiesWithinTheBuffer) {
  const auto& views = glb_.json["bufferViews"];
  std::size_t end = 0;
  for (const auto& view : views) {
    EXPECT_EQ(view["byteOffset"].get<std::size_t>() % 4, 0u);
    EXPECT_GE(view["byteOffset"].get<std::size_t>(), end);
    end = view["byteOffset"].get<std::size_t>() + view["byteLength"].get<std::size_t>();
  }
  EXPECT_LE(end, glb_.binary.size());
  EXPECT_EQ(glb_.json["buffers"][0]["byteLength"], glb_.binary.size());
  const std::size_t vertices = robot_.topology().vertex_count;
  const auto& primitives = glb_.json["meshes"][0]["primitives"];
  ASSERT_EQ(primitives.size(), 5u);
  std::size_t corners = 0;
  for (const auto& primitive : primitives) {
    for (const auto& [name, accessor] : primitive["attributes"].items()) {
      EXPECT_EQ(glb_.json["accessors"][accessor.get<std::size_t>()]["count"], vertices) << name;
    }
    for (const auto& target : primitive["targets"]) {
      EXPECT_EQ(glb_.json["accessors"][target["POSITION"].get<std::size_t>()]["count"], vertices);
    }
    corners += glb_.json["accessors"][primitive["indices"].get<std::size_t>()]["count"].get<std::size_t>();
  }
  EXPECT_EQ(corners, 3 * robot_.topology().triangles.size());
}

// Else glTF's blend of joints would not be VirtualRobot's. A hundredth is a tenth of a millimetre.
TEST_F(RobotGltf, WhatFollowsTheHeadFollowsTheNeckWholly) {
  const RobotRig rig = robot_.rig();
  for (std::size_t v = 0; v < rig.rest.size(); ++v)
    EXPECT_LT(rig.head_weight[v] * (1 - rig.neck_weight[v]), 0.01f) << v;
}

TEST_F(RobotGltf, SaysWhatMovesIt) {
  const auto& extras = glb_.json["scenes"][0]["extras"]["vividface"];
  EXPECT_EQ(extras["controls"].size(), kControlCount);
  EXPECT_EQ(extras["drives"].size(), glb_.json["meshes"][0]["primitives"][0]["targets"].size());
  EXPECT_EQ(extras["drives"].size(), glb_.json["meshes"][0]["extras"]["targetNames"].size());
}

}  // namespace
}  // namespace vividface
