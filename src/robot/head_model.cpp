#include "robot/head_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "base/resources.h"
#include "robot/brow_raise.h"
#include "robot/makehuman.h"

namespace vividface {
namespace {

constexpr std::size_t kUnits = 52;
constexpr int kEyeballRings = 24, kEyeballSegments = 32;
constexpr float kEyeballScale = 0.95f;
constexpr std::int64_t kNowhere = -1;

Eigen::Vector3f group_centre(const BaseMesh& mesh, const std::string& group, const std::vector<Eigen::Vector3f>& at) {
  const auto found = mesh.groups.find(group);
  if (found == mesh.groups.end()) throw InputError("the base mesh has no group " + group + ": run scripts/setup again");
  Eigen::Vector3f low = Eigen::Vector3f::Constant(1e9f), high = -low;
  for (const auto& face : found->second) {
    for (const std::uint32_t vertex : face) {
      low = low.cwiseMin(at[vertex]);
      high = high.cwiseMax(at[vertex]);
    }
  }
  return (low + high) / 2;
}

/// Head and neck end at a slanted plane: low at the collarbone, higher at the nape.
bool above_shoulders(const Eigen::Vector3f& p) { return p.y() + 0.30f * p.z() > -2.0f && std::abs(p.x()) < 0.95f; }

/// A person's shirt ends below the picture, and its sleeves at the shoulders.
bool in_shirt(const Eigen::Vector3f& p) { return p.y() > -4.5f && std::abs(p.x()) < 3.5f; }

/// The mouth's cavity is part of the body's skin: what is connected with the throat behind the lips.
std::vector<bool> mouth_cavity(const std::vector<BaseMesh::Face>& faces, const std::vector<Eigen::Vector3f>& p) {
  const auto behind_lips = [&](const Eigen::Vector3f& v) { return v.z() < 0.225f - 1.1f * v.x() * v.x(); };
  std::vector<bool> inside(p.size(), false);
  for (std::size_t i = 0; i < p.size(); ++i) {
    inside[i] =
        std::abs(p[i].x()) < 0.15f && p[i].y() > -0.85f && p[i].y() < -0.50f && p[i].z() > -0.6f && p[i].z() < 0.0f;
  }
  for (bool grown = true; grown;) {
    grown = false;
    for (const auto& face : faces) {
      const bool touches = std::any_of(face.begin(), face.end(), [&](std::uint32_t v) { return inside[v]; });
      if (!touches) continue;
      for (const std::uint32_t v : face) {
        if (!inside[v] && behind_lips(p[v])) inside[v] = grown = true;
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
    for (const std::uint32_t vertex : face) {
      if (done[vertex]) continue;
      done[vertex] = true;
      Eigen::Vector3f& p = points[vertex];
      p = centre + Eigen::Vector3f(0.88f, 1, 0.9f).cwiseProduct(p - centre) - Eigen::Vector3f(0, 0, 0.03f);
    }
  }
}

/// Collects vertices and triangles while the base mesh's indices are translated into the model's.
struct Builder {
  const std::vector<Eigen::Vector3f>& reference;  // of all base vertices, origin between the eyes
  const std::vector<Eigen::Vector3f>& shaped;     // the same with the identity
  HeadModel& model;
  std::vector<std::int64_t> index = std::vector<std::int64_t>(BaseMesh::kVertices, kNowhere);

  std::uint32_t add_vertex(const Eigen::Vector3f& at_reference, const Eigen::Vector3f& at) {
    model.topology.reference.push_back({at_reference.x(), at_reference.y(), at_reference.z()});
    model.rest.push_back(at);
    return static_cast<std::uint32_t>(model.rest.size() - 1);
  }

  void add_triangle(std::uint32_t a, std::uint32_t b, std::uint32_t c, Material material) {
    model.topology.triangles.push_back({a, b, c});
    model.topology.materials.push_back(material);
  }

  void add_face(const BaseMesh::Face& face, Material material) {
    std::array<std::uint32_t, 8> corners;
    for (std::size_t i = 0; i < face.size() && i < corners.size(); ++i) {
      const std::uint32_t v = face[i];
      if (index[v] == kNowhere) index[v] = add_vertex(reference[v], shaped[v]);
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
        add_vertex(at_reference + radius * direction, at + radius * direction);
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

SparseShape translated(const MakeHumanTarget& target, const std::vector<std::int64_t>& index) {
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
  const BaseMesh& mesh = BaseMesh::makehuman();
  std::vector<Eigen::Vector3f> reference = mesh.vertices, shaped = mesh.vertices;
  for (const IdentityTarget& part : identity) {
    for (const auto& [vertex, offset] :
         makehuman_target(third_party("makehuman/targets/" + part.target + ".target.gz"))) {
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
  Builder builder{reference, shaped, model};
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
      if (!std::all_of(face.begin(), face.end(), [&](std::uint32_t v) { return above_shoulders(reference[v]); }))
        continue;
      const bool in_cavity = std::all_of(face.begin(), face.end(), [&](std::uint32_t v) { return cavity[v]; });
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
      if (std::all_of(face.begin(), face.end(), [&](std::uint32_t v) { return in_shirt(reference[v]); }))
        builder.add_face(face, Material::cloth);
  }
  for (std::size_t side = 0; side < 2; ++side) {
    const std::string group = side == 0 ? "helper-l-eye" : "helper-r-eye";
    Eigen::Vector3f low = Eigen::Vector3f::Constant(1e9f), high = -low;
    for (const auto& face : mesh.groups.at(group)) {
      for (const std::uint32_t vertex : face) {
        low = low.cwiseMin(shaped[vertex]);
        high = high.cwiseMax(shaped[vertex]);
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
    model.units[entry.path().stem().string()] = translated(makehuman_target(entry.path()), builder.index);
  }
  if (model.units.size() != kUnits) {
    throw InputError(folder.string() + " has " + std::to_string(model.units.size()) + " expression units, expected " +
                     std::to_string(kUnits) + ": run scripts/setup to fetch the head data again");
  }
  raise_whole_brows(model);
  return model;
}

}  // namespace vividface
