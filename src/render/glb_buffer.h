#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "robot/head_model.h"

namespace vividface {

/// glTF's componentType.
enum class GlbType : int { unsigned_byte = 5121, unsigned_short = 5123, unsigned_int = 5125, float32 = 5126 };

/// The binary part of a .glb file and what says what is where in it. Each add returns the accessor's number.
class GlbBuffer {
 public:
  /// Positions, with their bounds as glTF asks.
  std::size_t add_points(const std::vector<Eigen::Vector3f>& points);
  /// A morph target of `count` points, fewer than 65,536, of which these move.
  std::size_t add_sparse(const SparseShape& shape, std::size_t count);
  /// Triangles' corners, below 65,536.
  std::size_t add_indices(const std::vector<std::uint32_t>& indices);
  /// Anything of one size an element: `type` is glTF's, such as "VEC3".
  template <typename Element>
  std::size_t add_plain(const std::vector<Element>& elements, GlbType component, const char* type) {
    return add_accessor(add_view(std::as_bytes(std::span(elements))), component, type, elements.size());
  }

  /// The file, of this JSON with the buffer, its views and accessors added.
  std::string file(nlohmann::ordered_json gltf) const;

 private:
  std::size_t add_view(std::span<const std::byte> bytes);
  std::size_t add_accessor(std::size_t view, GlbType component, const char* type, std::size_t count);

  std::string bytes_;
  nlohmann::ordered_json views_ = nlohmann::ordered_json::array(), accessors_ = nlohmann::ordered_json::array();
};

}  // namespace vividface
