#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vividface {

/// What a pickle says, as a tree: it is only read. Where Python would look up a name, call it or restore a state, there
/// is a node that says so, and nothing else happens.
struct PickleValue {
  enum class Kind {
    other,       ///< None, a real number, an integer beyond 64 bits
    boolean,     ///< integer: 0 or 1
    integer,     ///< integer
    text,        ///< text
    tuple,       ///< items
    list,        ///< items
    dict,        ///< entries
    global,      ///< text: "module name"
    persistent,  ///< items[0]: the id of what is stored beside the pickle, a storage in PyTorch's
    call         ///< items[0]: a global, items[1]: its arguments; entries: what Python would then set by key
  };
  Kind kind = Kind::other;
  std::int64_t integer = 0;
  std::string text;
  std::vector<const PickleValue*> items;
  std::vector<std::pair<const PickleValue*, const PickleValue*>> entries;

  /// A call of this global.
  bool is_call(std::string_view global) const;
};

/// A pickle of protocol 2, as torch.save writes it. Only the opcodes that tensors and the dicts around them need are
/// known, every other is refused by its name.
class Pickle {
 public:
  /// The pickle that `bytes` begin with. `file` stands for it in errors. Throws InputError.
  Pickle(std::span<const std::byte> bytes, const std::string& file);
  Pickle(Pickle&&) = default;  // values refer to each other, hence no copy

  const PickleValue& root() const { return *root_; }
  const std::deque<PickleValue>& values() const { return values_; }  ///< all of them
  std::size_t size() const { return size_; }                         ///< bytes, the last opcode included

 private:
  class Machine;

  std::deque<PickleValue> values_;  ///< addresses stay
  const PickleValue* root_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace vividface
