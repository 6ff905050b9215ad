#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vividface {

/// MakeHuman's base mesh as its file has it: positions in MakeHuman's frame, decimetres, and the faces of each group.
struct BaseMesh {
  static constexpr std::size_t kVertices = 19158;
  using Face = std::vector<std::uint32_t>;  ///< its corners' vertices
  std::vector<Eigen::Vector3f> vertices;
  std::unordered_map<std::string, std::vector<Face>> groups;

  /// Read once in a process: a set of many people makes many heads. Throws InputError for a missing or altered file.
  static const BaseMesh& makehuman();
};

/// Displacements, in decimetres, by the base mesh's indices.
using MakeHumanTarget = std::vector<std::pair<std::uint32_t, Eigen::Vector3f>>;

/// A .target file, packed by gzip or not; read once in a process, by any thread. Throws InputError for a file that is
/// missing or malformed.
const MakeHumanTarget& makehuman_target(const std::filesystem::path& path);

}  // namespace vividface
