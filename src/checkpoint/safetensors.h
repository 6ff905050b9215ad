#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vividface {

enum class TensorType { f32, f16, bf16, u8, i64 };

std::size_t byte_size(TensorType type);              ///< of one element
std::string_view tensor_type_name(TensorType type);  ///< as in the file: "F32", "F16", "BF16", "U8", "I64"

/// One tensor, C order, little-endian. The bytes belong to someone else and need not be aligned.
struct TensorView {
  TensorType type = TensorType::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;

  std::int64_t element_count() const;
};

std::string shape_text(std::span<const std::int64_t> shape);  ///< "[64, 3, 7, 7]"

/// A safetensors file in memory: 8 bytes of header length, a JSON header, then the tensors, without gaps or overlap.
/// Nothing in the file is believed before it is checked; what is wrong is an InputError that names file, key, what was
/// expected and what was found.
class Safetensors {
 public:
  static Safetensors read(const std::filesystem::path& file);
  /// The same for bytes in memory; `name` stands for the file in errors.
  static Safetensors parse(std::span<const std::byte> bytes, std::string name);

  const std::string& name() const { return name_; }
  const std::map<std::string, TensorView>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

  bool contains(const std::string& key) const { return tensors_.contains(key); }
  /// Throws InputError when there is no such tensor or metadata entry.
  const TensorView& operator[](const std::string& key) const;
  const std::string& metadata(const std::string& key) const;

  /// A floating-point tensor as float32. Throws InputError when it is missing, or not of this shape or kind.
  std::vector<float> floats(const std::string& key, std::span<const std::int64_t> shape) const;
  std::vector<float> floats(const std::string& key) const;  ///< of whatever shape it has

 private:
  void check(std::size_t size);

  std::string name_;
  std::shared_ptr<const std::byte[]>
      storage_;  ///< shared, so that views stay valid when this object is moved or copied
  std::map<std::string, TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

/// Writes a safetensors file beside its final name and renames it when it is whole. Throws std::runtime_error when the
/// file cannot be written, std::logic_error when a view's bytes do not fit its shape.
void write_safetensors(const std::filesystem::path& file, const std::map<std::string, TensorView>& tensors,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace vividface
