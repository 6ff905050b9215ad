#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace vividface {

/// What a surface is made of; the renderer has one look for each.
enum class Material : std::uint8_t { skin, neck, sclera, eyelash, teeth, gums, tongue, hair, cloth };

/// The head's triangles; the same for every pose and every identity.
struct HeadTopology {
  std::size_t vertex_count = 0;
  std::vector<std::array<std::uint32_t, 3>> triangles;  ///< counter-clockwise seen from outside, grouped by material
  std::vector<Material> materials;                      ///< one a triangle
  std::vector<std::array<float, 3>> reference;  ///< one a vertex: the base mesh in decimetres, origin between its
                                                ///< eyes. Where on a face a vertex is, whoever's face it is
};

/// What a head is cut from the base mesh for: a robot's ends at the neck; a person's has shoulders in a shirt, and a
/// hull of long hair.
enum class HeadParts : std::uint8_t { robot, person };

/// A displacement of some vertices, in decimetres.
struct SparseShape {
  std::vector<std::uint32_t> vertices;
  std::vector<Eigen::Vector3f> offsets;
};

/// A MakeHuman target and how much of it: "macrodetails/caucasian-female-young" at 0.5.
struct IdentityTarget {
  std::string target;
  float weight = 0;
};

/// MakeHuman's base mesh cut down to head and neck, with its 52 expression units; eyeballs are spheres. The base of the
/// virtual robot, and of other faces through identity targets. Decimetres, y up, z forward, left is the subject's own
/// (x > 0), origin between the eyes of the face at rest.
struct HeadModel {
  HeadTopology topology;
  std::vector<Eigen::Vector3f> rest;                   ///< one a vertex
  std::unordered_map<std::string, SparseShape> units;  ///< "jawOpen", "eyeBlinkLeft", ...
  std::array<Eigen::Vector3f, 2> eye_centre;           ///< by side: left, right
  float eye_radius = 0;
  std::array<std::uint32_t, 2> eyeball_begin;  ///< first vertex of each eyeball
  std::uint32_t eyeball_vertices = 0;          ///< each eyeball's
  Eigen::Vector3f neck_joint, head_joint;

  /// Reads the head data that scripts/setup fetched. Throws InputError for a missing or altered file.
  static HeadModel load(const std::vector<IdentityTarget>& identity = {}, HeadParts parts = HeadParts::robot);
};

}  // namespace vividface
