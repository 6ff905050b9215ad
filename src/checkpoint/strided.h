#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vividface {

/// Where a tensor's elements lie in a storage: element (i, j, …) at offset + i·strides[0] + j·strides[1] + …, all
/// counted in elements from 0.
struct Strided {
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape, strides;

  /// How many elements it has; nothing where they reach beyond a storage of `storage_count`, where there are more of
  /// them than that (the same element many times over), or where shape and strides do not belong together.
  std::optional<std::int64_t> element_count(std::int64_t storage_count) const;
  /// Whether the elements lie one after the other as C has them.
  bool in_c_order() const;
  /// Copies the elements of `element_size` bytes in C order. Needs an element_count of this storage.
  void gather(std::span<const std::byte> storage, std::size_t element_size, std::byte* out) const;
  std::string text() const;  ///< "shape [2, 3] with strides [3, 1] at 0"
};

}  // namespace vividface
