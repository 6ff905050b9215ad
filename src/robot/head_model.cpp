#include "robot/head_model.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <mutex>
#include <numbers>
#include <sstream>

#include "base/error.h"
#include "base/resources.h"

namespace vividface {
namespace {

constexpr std::size_t kBaseVertices = 19158;
constexpr std::size_t kUnits = 52;
constexpr int kEyeballRings = 24, kEyeballSegments = 32;
constexpr float kEyeballScale = 0.95f;
constexpr std::int64_t kNowhere = -1;

/// The base mesh as its file has it: positions in MakeHuman's frame and the faces of each group.
struct BaseMesh {
  struct Corner {
    std::uint32_t vertex, uv;
  };
  std::vector<Eigen::Vector3f> vertices;
  std::vector<std::array<float, 2>> uv;
  std::unordered_map<std::string, std::vector<std::vector<Corner>>> groups;
};

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
    } else if (line.starts_with("vt ")) {
      auto& t = mesh.uv.emplace_back();
      in >> t[0] >> t[1];
    } else if (line.starts_with("g ")) {
      in >> group;
    } else if (line.starts_with("f ")) {
      auto& face = mesh.groups[group].emplace_back();
      while (in >> word) {
        BaseMesh::Corner corner{0, 0};
        if (std::sscanf(word.c_str(), "%u/%u", &corner.vertex, &corner.uv) < 1 || corner.vertex == 0 ||
            corner.vertex > mesh.vertices.size() || corner.uv > mesh.uv.size()) {
          throw InputError(path.string() + ": bad face \"" + line +
                           "\"; run scripts/setup to fetch the head data again");
        }
        --corner.vertex;
        face.push_back(corner);
      }
    }
  }
  if (mesh.vertices.size() != kBaseVertices) {
    throw InputError(path.string() + " has " + std::to_string(mesh.vertices.size()) + " vertices, expected " +
                     std::to_string(kBaseVertices) + ": run scripts/setup to fetch the head data again");
  }
  return mesh;
}

using Target = std::vector<std::pair<std::uint32_t, Eigen::Vector3f>>;

/// A target file's lines "index dx dy dz", by the base mesh's indices. gzopen reads plain text as well.
Target read_target(const std::filesystem::path& path) {
  Target target;
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) throw InputError("cannot read the head data " + path.string() + ": run scripts/setup");
  std::array<char, 256> line;
  bool good = true;
  while (good && gzgets(file, line.data(), static_cast<int>(line.size())) != nullptr) {
    if (line[0] == '#' || line[0] == '\n' || line[0] == '\r') continue;
    std::uint32_t index = 0;
    Eigen::Vector3f offset;
    good = std::sscanf(line.data(), "%u %f %f %f", &index, &offset.x(), &offset.y(), &offset.z()) == 4 &&
           index < kBaseVertices && offset.allFinite();
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

/// Files are read once in a process: a set of many people makes many heads.
const BaseMesh& base_mesh() {
  static const BaseMesh mesh = read_base_mesh(third_party("makehuman/3dobjs/base.obj"));
  return mesh;
}

const Target& cached_target(const std::filesystem::path& path) {
  static std::mutex mutex;
  static std::map<std::filesystem::path, Target> targets;
  const std::lock_guard lock(mutex);
  const auto found = targets.find(path);
  return found != targets.end() ? found->second : targets.emplace(path, read_target(path)).first->second;
}

Eigen::Vector3f group_centre(const BaseMesh& mesh, const std::string& group, const std::vector<Eigen::Vector3f>& at) {
  const auto found = mesh.groups.find(group);
  if (found == mesh.groups.end()) throw InputError("the base mesh has no group " + group + ": run scripts/setup again");
  Eigen::Vector3f low = Eigen::Vector3f::Constant(1e9f), high = -low;
  for (const auto& face : found->second) {
    for (const auto& corner : face) {
      low = low.cwiseMin(at[corner.vertex]);
      high = high.cwiseMax(at[corner.vertex]);
    }
  }
  return (low + high) / 2;
}

/// Head and neck end at a slanted plane: low at the collarbone, higher at the nape.
bool above_shoulders(const Eigen::Vector3f& p) { return p.y() + 0.30f * p.z() > -2.0f && std::abs(p.x()) < 0.95f; }

/// A person's shirt ends below the picture, and its sleeves at the shoulders.
bool in_shirt(const Eigen::Vector3f& p) { return p.y() > -4.5f && std::abs(p.x()) < 3.5f; }

/// The mouth's cavity is part of the body's skin: what is connected with the throat behind the lips.
std::vector<bool> mouth_cavity(const std::vector<std::vector<BaseMesh::Corner>>& faces,
                               const std::vector<Eigen::Vector3f>& p) {
  const auto behind_lips = [&](const Eigen::Vector3f& v) { return v.z() < 0.225f - 1.1f * v.x() * v.x(); };
  std::vector<bool> inside(p.size(), false);
  for (std::size_t i = 0; i < p.size(); ++i) {
    inside[i] =
        std::abs(p[i].x()) < 0.15f && p[i].y() > -0.85f && p[i].y() < -0.50f && p[i].z() > -0.6f && p[i].z() < 0.0f;
  }
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& face : faces) {
      const bool touches = std::any_of(face.begin(), face.end(), [&](auto& c) { return inside[c.vertex]; });
      if (!touches) continue;
      for (const auto& c : face) {
        if (!inside[c.vertex] && behind_lips(p[c.vertex])) inside[c.vertex] = grown = true;
      }
    }
  }
  return inside;
}

/// Teeth stand a little behind where the file has them, or a broad laugh would push them through the skin.
void set_back(const BaseMesh& mesh, const std::string& group, std::vector<Eigen::Vector3f>& points) {
  const Eigen::Vector3f centre = group_centre(mesh, group, points);
  std::vector<bool> done(points.size(), false);
  for (const auto& face : mesh.groups.at(group)) {
    for (const auto& corner : face) {
      if (done[corner.vertex]) continue;
      done[corner.vertex] = true;
      Eigen::Vector3f& p = points[corner.vertex];
      p = centre + Eigen::Vector3f(0.88f, 1, 0.9f).cwiseProduct(p - centre) - Eigen::Vector3f(0, 0, 0.03f);
    }
  }
}

/// Collects vertices and triangles while the base mesh's indices are translated into the model's.
struct Builder {
  const BaseMesh& mesh;
  const std::vector<Eigen::Vector3f>& reference;  // of all base vertices, origin between the eyes
  const std::vector<Eigen::Vector3f>& shaped;     // the same with the identity
  HeadModel& model;
  std::vector<std::int64_t> index = std::vector<std::int64_t>(kBaseVertices, kNowhere);

  std::uint32_t add_vertex(const Eigen::Vector3f& at_reference, const Eigen::Vector3f& at, std::array<float, 2> uv) {
    model.topology.reference.push_back({at_reference.x(), at_reference.y(), at_reference.z()});
    model.topology.uv.push_back(uv);
    model.rest.push_back(at);
    return static_cast<std::uint32_t>(model.rest.size() - 1);
  }

  void add_triangle(std::uint32_t a, std::uint32_t b, std::uint32_t c, Material material) {
    model.topology.triangles.push_back({a, b, c});
    model.topology.materials.push_back(material);
  }

  void add_face(const std::vector<BaseMesh::Corner>& face, Material material) {
    std::array<std::uint32_t, 8> corners;
    for (std::size_t i = 0; i < face.size() && i < corners.size(); ++i) {
      const std::uint32_t v = face[i].vertex;
      if (index[v] == kNowhere) {
        index[v] = add_vertex(reference[v], shaped[v], face[i].uv > 0 ? mesh.uv[face[i].uv - 1] : std::array{0.f, 0.f});
      }
      corners[i] = static_cast<std::uint32_t>(index[v]);
    }
    for (std::size_t i = 2; i < face.size() && i < corners.size(); ++i) {
      add_triangle(corners[0], corners[i - 1], corners[i], material);
    }
  }

  void add_eyeball(const Eigen::Vector3f& at_reference, const Eigen::Vector3f& at, float radius) {
    const auto begin = static_cast<std::uint32_t>(model.rest.size());
    for (int ring = 0; ring <= kEyeballRings; ++ring) {
      for (int segment = 0; segment <= kEyeballSegments; ++segment) {
        const float u = static_cast<float>(segment) / kEyeballSegments, v = static_cast<float>(ring) / kEyeballRings;
        const float polar = v * std::numbers::pi_v<float>, around = u * 2 * std::numbers::pi_v<float>;
        // The pole looks forward, so that the iris is where the rings are dense.
        const Eigen::Vector3f direction(std::sin(polar) * std::cos(around), std::sin(polar) * std::sin(around),
                                        std::cos(polar));
        add_vertex(at_reference + radius * direction, at + radius * direction, {u, v});
      }
    }
    for (std::uint32_t ring = 0; ring < kEyeballRings; ++ring) {
      for (std::uint32_t segment = 0; segment < kEyeballSegments; ++segment) {
        const std::uint32_t a = begin + ring * (kEyeballSegments + 1) + segment, b = a + kEyeballSegments + 1;
        if (ring > 0) add_triangle(a, b, a + 1, Material::sclera);
        if (ring + 1 < kEyeballRings) add_triangle(a + 1, b, b + 1, Material::sclera);
      }
    }
    model.eyeball_vertices = static_cast<std::uint32_t>(model.rest.size()) - begin;
  }
};

SparseShape translated(const Target& target, const std::vector<std::int64_t>& index) {
  SparseShape shape;
  for (const auto& [vertex, offset] : target) {
    if (index[vertex] == kNowhere) continue;
    shape.vertices.push_back(static_cast<std::uint32_t>(index[vertex]));
    shape.offsets.push_back(offset);
  }
  return shape;
}

}  // namespace

HeadModel HeadModel::load(const std::vector<IdentityTarget>& identity, HeadParts parts) {
  const BaseMesh& mesh = base_mesh();
  std::vector<Eigen::Vector3f> reference = mesh.vertices, shaped = mesh.vertices;
  for (const IdentityTarget& part : identity) {
    for (const auto& [vertex, offset] : cached_target(third_party("makehuman/targets/" + part.target + ".target.gz"))) {
      shaped[vertex] += part.weight * offset;
    }
  }
  const auto move_origin_between_eyes = [&](std::vector<Eigen::Vector3f>& points) {
    const Eigen::Vector3f origin =
        (group_centre(mesh, "helper-l-eye", points) + group_centre(mesh, "helper-r-eye", points)) / 2;
    for (Eigen::Vector3f& p : points) p -= origin;
  };
  move_origin_between_eyes(reference);
  move_origin_between_eyes(shaped);

  HeadModel model;
  Builder builder{mesh, reference, shaped, model};
  const auto group_named = [&](const std::string& group) -> const auto& {
    const auto found = mesh.groups.find(group);
    if (found == mesh.groups.end())
      throw InputError("the base mesh has no group " + group + ": run scripts/setup again");
    return found->second;
  };
  const auto& body = group_named("body");
  const std::vector<bool> cavity = mouth_cavity(body, reference);
  for (const bool inner : {false, true}) {
    for (const auto& face : body) {
      if (!std::all_of(face.begin(), face.end(), [&](auto& c) { return above_shoulders(reference[c.vertex]); }))
        continue;
      const bool in_cavity = std::all_of(face.begin(), face.end(), [&](auto& c) { return cavity[c.vertex]; });
      if (in_cavity == inner) builder.add_face(face, inner ? Material::gums : Material::skin);
    }
  }
  const auto add_group = [&](const std::string& group, Material material) {
    for (const auto& face : group_named(group)) builder.add_face(face, material);
  };
  for (const char* group : {"helper-upper-teeth", "helper-lower-teeth"}) set_back(mesh, group, shaped);
  add_group("helper-upper-teeth", Material::teeth);
  add_group("helper-lower-teeth", Material::teeth);
  add_group("helper-tongue", Material::tongue);
  // The file's eyelashes are left out: cards for a hairy texture, which tear when the lids shut.
  if (parts == HeadParts::person) {
    add_group("helper-hair", Material::hair);
    for (const auto& face : group_named("helper-tights"))
      if (std::all_of(face.begin(), face.end(), [&](auto& c) { return in_shirt(reference[c.vertex]); }))
        builder.add_face(face, Material::cloth);
  }
  for (std::size_t side = 0; side < 2; ++side) {
    const std::string group = side == 0 ? "helper-l-eye" : "helper-r-eye";
    Eigen::Vector3f low = Eigen::Vector3f::Constant(1e9f), high = -low;
    for (const auto& face : mesh.groups.at(group)) {
      for (const auto& corner : face) {
        low = low.cwiseMin(shaped[corner.vertex]);
        high = high.cwiseMax(shaped[corner.vertex]);
      }
    }
    // The file's eyeball is a coarse sphere with a bulging cornea; height and depth of its back tell the sphere, which
    // is taken a little smaller so that it stays behind the lids' inner edges.
    const float radius = (high.y() - low.y()) / 2;
    model.eye_radius = kEyeballScale * radius;
    model.eye_centre[side] = {(low.x() + high.x()) / 2, (low.y() + high.y()) / 2, low.z() + radius};
    const Eigen::Vector3f centre =
        group_centre(mesh, group, reference) + model.eye_centre[side] - group_centre(mesh, group, shaped);
    model.eyeball_begin[side] = static_cast<std::uint32_t>(model.rest.size());
    builder.add_eyeball(centre, model.eye_centre[side], model.eye_radius);
  }
  model.topology.vertex_count = model.rest.size();
  model.neck_joint = group_centre(mesh, "joint-neck", shaped);
  model.head_joint = group_centre(mesh, "joint-head", shaped);

  const std::filesystem::path folder = third_party("makehuman/faceunits");
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".target") continue;
    model.units[entry.path().stem().string()] = translated(cached_target(entry.path()), builder.index);
  }
  if (model.units.size() != kUnits) {
    throw InputError(folder.string() + " has " + std::to_string(model.units.size()) + " expression units, expected " +
                     std::to_string(kUnits) + ": run scripts/setup to fetch the head data again");
  }
  return model;
}

}  // namespace vividface
