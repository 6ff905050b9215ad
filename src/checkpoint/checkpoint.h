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
std::string_view tensor_type_name(TensorType type);  ///< as safetensors has it: "F32", "F16", "BF16", "U8", "I64"

/// One tensor, C order, little-endian. The bytes belong to someone else and need not be aligned.
struct TensorView {
  TensorType type = TensorType::f32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;

  std::int64_t element_count() const;
};

std::string shape_text(std::span<const std::int64_t> shape);  ///< "[64, 3, 7, 7]"

/// A weight file in memory: its tensors by state-dict key. Nothing in a file is believed before it is checked; what is
/// wrong is an InputError of one line that names file, key, what was expected and what was found.
class Checkpoint {
 public:
  /// Whichever kind of file it is: safetensors, or a .pth of PyTorch (see pth.h). Told by its first bytes.
  static Checkpoint read(const std::filesystem::path& file);

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

 protected:
  using Bytes = std::shared_ptr<const std::byte[]>;  ///< shared, so that views stay valid when this is moved or copied

  Checkpoint() = default;
  /// The whole file. `expected` says in errors what it should be: "a safetensors file".
  static std::pair<Bytes, std::size_t> read_bytes(const std::filesystem::path& file, const std::string& expected);
  static Bytes copy_bytes(std::span<const std::byte> bytes);

  std::string name_;
  std::vector<Bytes> storage_;  ///< what the views lie in
  std::map<std::string, TensorView> tensors_;
  std::map<std::string, std::string> metadata_;
};

}  // namespace vividface
