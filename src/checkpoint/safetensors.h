#pragma once

#include "checkpoint/checkpoint.h"

namespace vividface {

/// A safetensors file in memory: 8 bytes of header length, a JSON header, then the tensors, without gaps or overlap.
class Safetensors : public Checkpoint {
 public:
  /// Throws InputError for anything else.
  static Safetensors read(const std::filesystem::path& file);
  /// The same for bytes in memory; `name` stands for the file in errors.
  static Safetensors parse(std::span<const std::byte> bytes, std::string name);

 private:
  void check(std::size_t size);
};

/// Writes a safetensors file beside its final name and renames it when it is whole. Throws std::runtime_error when the
/// file cannot be written, std::logic_error when a view's bytes do not fit its shape.
void write_safetensors(const std::filesystem::path& file, const std::map<std::string, TensorView>& tensors,
                       const std::map<std::string, std::string>& metadata = {});

}  // namespace vividface
