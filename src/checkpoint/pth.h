#pragma once

#include "checkpoint/checkpoint.h"

namespace vividface {

/// A .pth file of PyTorch in memory, as torch.save writes it, today's zip or the format before it: a state dict, which
/// may have dicts in it ("retarget_eye" → "mlp.0.weight" gives "retarget_eye.mlp.0.weight"), or a container that has
/// the state dict as its entry "model", whose other entries are skipped, whatever they are. "module." before a key, of
/// training on several GPUs, is dropped. Nothing in the file is executed (see pickle.h).
class Pth : public Checkpoint {
 public:
  /// Whether a file with these first bytes is to be read as one.
  static bool is_one(std::span<const std::byte> start);
  /// Throws InputError for what is no such file, is damaged, or has tensors of other than float32, float16, bfloat16,
  /// uint8 or int64.
  static Pth read(const std::filesystem::path& file);
  /// The same for bytes in memory; `name` stands for the file in errors.
  static Pth parse(std::span<const std::byte> bytes, std::string name);

 private:
  void load(std::span<const std::byte> bytes);
};

}  // namespace vividface
