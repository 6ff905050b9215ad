#include "render/glb_buffer.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace vividface {
namespace {

using nlohmann::ordered_json;

static_assert(std::endian::native == std::endian::little, "glTF is little-endian, and nothing is turned round here");

void pad(std::string& bytes, char with) { bytes.resize((bytes.size() + 3) / 4 * 4, with); }

void append(std::string& out, std::uint32_t number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void add_bounds(ordered_json& accessor, const std::vector<Eigen::Vector3f>& points, bool with_zero) {
  Eigen::Array3f low = Eigen::Array3f::Zero(), high = Eigen::Array3f::Zero();
  if (!with_zero && !points.empty()) low = high = points.front();
  for (const Eigen::Vector3f& p : points) {
    low = low.min(p.array());
    high = high.max(p.array());
  }
  accessor["min"] = {low.x(), low.y(), low.z()};
  accessor["max"] = {high.x(), high.y(), high.z()};
}

}  // namespace

std::size_t GlbBuffer::add_view(std::span<const std::byte> bytes) {
  pad(bytes_, '\0');
  views_.push_back({{"buffer", 0}, {"byteOffset", bytes_.size()}, {"byteLength", bytes.size()}});
  bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return views_.size() - 1;
}

std::size_t GlbBuffer::add_accessor(std::size_t view, GlbType component, const char* type, std::size_t count) {
  accessors_.push_back(
      {{"bufferView", view}, {"componentType", static_cast<int>(component)}, {"count", count}, {"type", type}});
  return accessors_.size() - 1;
}

std::size_t GlbBuffer::add_points(const std::vector<Eigen::Vector3f>& points) {
  const std::size_t accessor = add_plain(points, GlbType::float32, "VEC3");
  add_bounds(accessors_[accessor], points, /*with_zero=*/false);
  return accessor;
}

std::size_t GlbBuffer::add_sparse(const SparseShape& shape, std::size_t count) {
  std::vector<std::size_t> order(shape.vertices.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) { return shape.vertices[i]; });  // as glTF asks
  std::vector<std::uint16_t> vertices;
  std::vector<Eigen::Vector3f> offsets;
  for (const std::size_t i : order) {
    vertices.push_back(static_cast<std::uint16_t>(shape.vertices[i]));
    offsets.push_back(shape.offsets[i]);
  }
  ordered_json accessor = {{"componentType", static_cast<int>(GlbType::float32)}, {"count", count}, {"type", "VEC3"}};
  add_bounds(accessor, offsets, /*with_zero=*/true);
  if (!vertices.empty()) {
    const std::size_t where = add_view(std::as_bytes(std::span(vertices)));
    const std::size_t what = add_view(std::as_bytes(std::span(offsets)));
    accessor["sparse"] = {
        {"count", vertices.size()},
        {"indices", {{"bufferView", where}, {"componentType", static_cast<int>(GlbType::unsigned_short)}}},
        {"values", {{"bufferView", what}}}};
  }
  accessors_.push_back(std::move(accessor));
  return accessors_.size() - 1;
}

std::size_t GlbBuffer::add_indices(const std::vector<std::uint32_t>& indices) {
  const std::vector<std::uint16_t> narrow(indices.begin(), indices.end());
  return add_plain(narrow, GlbType::unsigned_short, "SCALAR");
}

std::string GlbBuffer::file(ordered_json gltf) const {
  constexpr std::uint32_t kMagic = 0x46546C67, kVersion = 2, kJson = 0x4E4F534A, kBinary = 0x004E4942;
  constexpr std::size_t kHeader = 12, kChunkHeader = 8;
  gltf["accessors"] = accessors_;
  gltf["bufferViews"] = views_;
  gltf["buffers"] = {{{"byteLength", bytes_.size()}}};
  std::string json = gltf.dump(), binary = bytes_, out;
  pad(json, ' ');
  pad(binary, '\0');
  for (const std::size_t number :
       {std::size_t{kMagic}, std::size_t{kVersion}, kHeader + 2 * kChunkHeader + json.size() + binary.size()}) {
    append(out, static_cast<std::uint32_t>(number));
  }
  for (const auto& [kind, chunk] : {std::pair(kJson, &json), std::pair(kBinary, &binary)}) {
    append(out, static_cast<std::uint32_t>(chunk->size()));
    append(out, kind);
    out += *chunk;
  }
  return out;
}

}  // namespace vividface
