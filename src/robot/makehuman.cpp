#include "robot/makehuman.h"

#include <zlib.h>

#include <array>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>

#include "base/error.h"
#include "base/resources.h"

namespace vividface {
namespace {

BaseMesh read_base_mesh(const std::filesystem::path& path) {
  std::ifstream file(path);
  BaseMesh mesh;
  std::string line, word, group;
  while (std::getline(file, line)) {
    std::istringstream in(line);
    in >> word;
    if (line.starts_with("v ")) {
      Eigen::Vector3f& v = mesh.vertices.emplace_back();
      if (!(in >> v.x() >> v.y() >> v.z()))
        throw InputError(path.string() + ": bad point \"" + line +
                         "\"; run scripts/setup to fetch the head data again");
    } else if (line.starts_with("g ")) {
      in >> group;
    } else if (line.starts_with("f ")) {
      auto& face = mesh.groups[group].emplace_back();
      while (in >> word) {
        std::uint32_t vertex = 0;  // from 1; a texture's place may follow
        if (std::sscanf(word.c_str(), "%u", &vertex) < 1 || vertex == 0 || vertex > mesh.vertices.size()) {
          throw InputError(path.string() + ": bad face \"" + line +
                           "\"; run scripts/setup to fetch the head data again");
        }
        face.push_back(vertex - 1);
      }
    }
  }
  if (mesh.vertices.size() != BaseMesh::kVertices) {
    throw InputError(path.string() + " has " + std::to_string(mesh.vertices.size()) + " vertices, expected " +
                     std::to_string(BaseMesh::kVertices) + ": run scripts/setup to fetch the head data again");
  }
  return mesh;
}

/// A target file's lines "index dx dy dz", by the base mesh's indices. gzopen reads plain text as well.
MakeHumanTarget read_target(const std::filesystem::path& path) {
  MakeHumanTarget target;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw InputError("cannot read the head data " + path.string() + ": run scripts/setup");
  std::array<char, 256> line;
  bool good = true;
  while (good && gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
    if (line[0] == '#' || line[0] == '\n' || line[0] == '\r') continue;
    std::uint32_t index = 0;
    Eigen::Vector3f offset;
    good = std::sscanf(line.data(), "%u %f %f %f", &index, &offset.x(), &offset.y(), &offset.z()) == 4 &&
           index < BaseMesh::kVertices && offset.allFinite();
    target.emplace_back(index, offset);
  }
  int error = 0;
  gzerror(file, &error);
  gzclose(file);
  if (!good || error < 0) {
    throw InputError(path.string() + " is not a target file of lines \"index dx dy dz\": run scripts/setup again");
  }
  return target;
}

}  // namespace

const BaseMesh& BaseMesh::makehuman() {
  static const BaseMesh mesh = read_base_mesh(third_party("makehuman/3dobjs/base.obj"));
  return mesh;
}

const MakeHumanTarget& makehuman_target(const std::filesystem::path& path) {
  static std::mutex mutex;
  static std::map<std::filesystem::path, MakeHumanTarget> targets;
  const std::lock_guard lock(mutex);
  const auto found = targets.find(path);
  return found != targets.end() ? found->second : targets.emplace(path, read_target(path)).first->second;
}

}  // namespace vividface
