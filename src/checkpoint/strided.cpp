#include "checkpoint/strided.h"

#include <algorithm>
#include <cstring>

#include "checkpoint/checkpoint.h"

namespace vividface {

std::optional<std::int64_t> Strided::element_count(std::int64_t storage_count) const {
  if (shape.size() != strides.size()) return std::nullopt;
  if (std::ranges::find(shape, 0) != shape.end()) return 0;
  std::int64_t count = 1, last = offset;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    std::int64_t reach = 0;
    if (__builtin_mul_overflow(count, shape[i], &count) || __builtin_mul_overflow(shape[i] - 1, strides[i], &reach) ||
        __builtin_add_overflow(last, reach, &last))
      return std::nullopt;
  }
  if (offset < 0 || last >= storage_count || count > storage_count) return std::nullopt;
  return count;
}

bool Strided::in_c_order() const {
  std::int64_t expected = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    if (shape[i] != 1 && strides[i] != expected) return false;
    expected *= shape[i];
  }
  return true;
}

void Strided::gather(std::span<const std::byte> storage, std::size_t element_size, std::byte* out) const {
  std::vector<std::int64_t> index(shape.size(), 0), step = strides;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 1) step[i] = 0;  // never taken, and of any size
  std::int64_t at = offset;
  while (true) {
    std::memcpy(out, storage.data() + static_cast<std::size_t>(at) * element_size, element_size);
    out += element_size;
    std::size_t dimension = shape.size();
    while (true) {  // counts up, the last index first
      if (dimension == 0) return;
      --dimension;
      at += step[dimension];
      if (++index[dimension] < shape[dimension]) break;
      at -= step[dimension] * shape[dimension];
      index[dimension] = 0;
    }
  }
}

std::string Strided::text() const {
  return "shape " + shape_text(shape) + " with strides " + shape_text(strides) + " at " + std::to_string(offset);
}

}  // namespace vividface
