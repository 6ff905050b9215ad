#include "checkpoint/checkpoint.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>

#include "checkpoint/pth.h"
#include "checkpoint/refusal.h"
#include "checkpoint/safetensors.h"

namespace vividface {
namespace {

static_assert(std::endian::native == std::endian::little, "weight files are little-endian");

struct TypeRow {
  TensorType type;
  std::string_view name;
  std::size_t size;
};
constexpr TypeRow kTypes[] = {{TensorType::f32, "F32", 4},
                              {TensorType::f16, "F16", 2},
                              {TensorType::bf16, "BF16", 2},
                              {TensorType::u8, "U8", 1},
                              {TensorType::i64, "I64", 8}};

const TypeRow& row(TensorType type) {
  return *std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeRow& r) { return r.type == type; });
}

float half_to_float(std::uint16_t half) {
  std::uint32_t sign = (half & 0x8000u) << 16, exponent = (half >> 10) & 0x1f, mantissa = half & 0x3ffu;
  if (exponent == 0) {  // zero or subnormal: mantissa · 2⁻²⁴
    float value = static_cast<float>(mantissa) * 0x1p-24f;
    return sign ? -value : value;
  }
  exponent = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | exponent << 23 | mantissa << 13);
}

}  // namespace

std::size_t byte_size(TensorType type) { return row(type).size; }
std::string_view tensor_type_name(TensorType type) { return row(type).name; }

std::int64_t TensorView::element_count() const { return static_cast<std::int64_t>(bytes.size() / byte_size(type)); }

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

Checkpoint Checkpoint::read(const std::filesystem::path& file) {
  std::array<char, 16> start{};
  std::ifstream(file, std::ios::binary).read(start.data(), start.size());
  if (Pth::is_one(std::as_bytes(std::span(start)))) return Pth::read(file);
  return Safetensors::read(file);
}

std::pair<Checkpoint::Bytes, std::size_t> Checkpoint::read_bytes(const std::filesystem::path& file,
                                                                 const std::string& expected) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) refuse(file.string(), "expected " + expected + ", found none");
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  std::ifstream in(file, std::ios::binary);
  if (error || !in) refuse(file.string(), "cannot be read");
  auto bytes = std::make_unique_for_overwrite<std::byte[]>(size);
  if (!in.read(reinterpret_cast<char*>(bytes.get()), static_cast<std::streamsize>(size)))
    refuse(file.string(), "cannot be read to its end");
  return {std::move(bytes), size};
}

Checkpoint::Bytes Checkpoint::copy_bytes(std::span<const std::byte> bytes) {
  auto copy = std::make_unique_for_overwrite<std::byte[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.get());
  return copy;
}

const TensorView& Checkpoint::operator[](const std::string& key) const {
  auto found = tensors_.find(key);
  if (found == tensors_.end()) refuse(name_, key, "expected, found none");
  return found->second;
}

const std::string& Checkpoint::metadata(const std::string& key) const {
  auto found = metadata_.find(key);
  if (found == metadata_.end()) refuse(name_, "metadata \"" + key + "\": expected, found none");
  return found->second;
}

std::vector<float> Checkpoint::floats(const std::string& key, std::span<const std::int64_t> shape) const {
  const TensorView& view = (*this)[key];
  if (!std::equal(view.shape.begin(), view.shape.end(), shape.begin(), shape.end()))
    refuse(name_, key, "expected shape " + shape_text(shape) + ", found " + shape_text(view.shape));
  return floats(key);
}

std::vector<float> Checkpoint::floats(const std::string& key) const {
  const TensorView& view = (*this)[key];
  std::vector<float> values(static_cast<std::size_t>(view.element_count()));
  switch (view.type) {
    case TensorType::f32:
      if (!values.empty()) std::memcpy(values.data(), view.bytes.data(), view.bytes.size());
      return values;
    case TensorType::f16:
    case TensorType::bf16:
      for (std::size_t i = 0; i < values.size(); ++i) {
        std::uint16_t bits;
        std::memcpy(&bits, view.bytes.data() + 2 * i, 2);
        values[i] =
            view.type == TensorType::f16 ? half_to_float(bits) : std::bit_cast<float>(std::uint32_t{bits} << 16);
      }
      return values;
    default:
      refuse(name_, key, "expected F32, F16 or BF16, found " + std::string(tensor_type_name(view.type)));
  }
}

}  // namespace vividface
