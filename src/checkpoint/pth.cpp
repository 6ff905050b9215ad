#include "checkpoint/pth.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "checkpoint/pickle.h"
#include "checkpoint/refusal.h"
#include "checkpoint/strided.h"
#include "checkpoint/zip_archive.h"

namespace vividface {
namespace {

using Kind = PickleValue::Kind;
using ByteSpan = std::span<const std::byte>;

constexpr std::string_view kZipStart = "PK\x03\x04";
// The format before zip begins with this number as a pickle of its own: 0x1950a86a20f9469cfc6c.
constexpr std::string_view kLegacyStart = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
constexpr std::int64_t kLegacyVersion = 1001;
constexpr int kMaxNesting = 16;
constexpr std::size_t kMaxTupleDimensions = 16;

struct StorageType {
  std::string_view global;
  std::size_t size;                ///< bytes of an element
  std::optional<TensorType> type;  ///< none: known, but not read
};
constexpr StorageType kStorageTypes[] = {
    {"torch FloatStorage", 4, TensorType::f32},     {"torch HalfStorage", 2, TensorType::f16},
    {"torch BFloat16Storage", 2, TensorType::bf16}, {"torch ByteStorage", 1, TensorType::u8},
    {"torch LongStorage", 8, TensorType::i64},      {"torch DoubleStorage", 8, std::nullopt},
    {"torch IntStorage", 4, std::nullopt},          {"torch ShortStorage", 2, std::nullopt},
    {"torch CharStorage", 1, std::nullopt},         {"torch BoolStorage", 1, std::nullopt}};

bool starts_with(ByteSpan bytes, std::string_view start) {
  return bytes.size() >= start.size() && std::memcmp(bytes.data(), start.data(), start.size()) == 0;
}

/// A dict, or an OrderedDict, which a pickle makes by a call.
bool is_dict(const PickleValue& value) {
  return value.kind == Kind::dict || (value.is_call("collections OrderedDict") && value.items[1]->items.empty());
}

/// What a value is, for refusals.
std::string described(const PickleValue& value) {
  switch (value.kind) {
    case Kind::call:
      return value.items[0]->kind == Kind::global ? "an object of " + value.items[0]->text.substr(0, 200)
                                                  : "a foreign object";
    case Kind::global:
      return "the name " + value.text.substr(0, 200);
    case Kind::text:
      return "a text";
    case Kind::integer:
    case Kind::boolean:
      return "a number";
    case Kind::tuple:
    case Kind::list:
      return "a list";
    case Kind::persistent:
      return "a bare storage";
    default:
      return "something else";
  }
}

/// A storage's id: ("storage", type, key, device, number of elements[, no view]).
struct StorageId {
  const StorageType* type;
  std::string key;
  std::uint64_t count;
};

/// Nothing where it is not such a tuple, or of a type that PyTorch does not have.
std::optional<StorageId> storage_id(const PickleValue& persistent) {
  const PickleValue& id = *persistent.items[0];
  if (id.kind != Kind::tuple || id.items.size() < 5 || id.items.size() > 6) return std::nullopt;
  const auto& [tag, global, key, count] = std::tie(*id.items[0], *id.items[1], *id.items[2], *id.items[4]);
  if (tag.text != "storage" || global.kind != Kind::global || key.kind != Kind::text || count.kind != Kind::integer ||
      count.integer < 0)
    return std::nullopt;
  if (id.items.size() == 6 && id.items[5]->kind != Kind::other) return std::nullopt;  // a part of another storage
  for (const StorageType& type : kStorageTypes)
    if (type.global == global.text) return StorageId{&type, key.text, static_cast<std::uint64_t>(count.integer)};
  return std::nullopt;
}

using Storages = std::map<std::string, ByteSpan>;

/// The storages behind the pickles of a legacy file: a list of keys, then of each the number of elements and those.
Storages legacy_storages(ByteSpan rest, const Pickle& pickle, const std::string& file) {
  std::map<std::string, std::size_t> sizes;
  for (const PickleValue& value : pickle.values()) {
    if (value.kind != Kind::persistent) continue;
    const auto id = storage_id(value);
    if (!id) refuse(file, "expected storages, found " + described(*value.items[0]) + " where one should be named");
    if (const auto [at, is_new] = sizes.emplace(id->key, id->type->size); !is_new && at->second != id->type->size)
      refuse(file, "storage " + id->key.substr(0, 200) + ": expected one type, found two");
  }
  const Pickle keys(rest, file);
  rest = rest.subspan(keys.size());
  if (keys.root().kind != Kind::list) refuse(file, "expected the list of storages, found " + described(keys.root()));
  Storages storages;
  for (const PickleValue* key : keys.root().items) {
    const std::string what = "storage " + key->text.substr(0, 200) + ": ";
    const auto known = sizes.find(key->text);
    if (known == sizes.end()) refuse(file, what + "expected one that a tensor lies in, found none such");
    std::uint64_t count = 0;
    if (rest.size() < sizeof count) refuse(file, what + "expected its size, found the file's end; is the file whole?");
    std::memcpy(&count, rest.data(), sizeof count);
    rest = rest.subspan(sizeof count);
    if (count > rest.size() / known->second)
      refuse(file, what + "expected " + std::to_string(count) + " elements of " + std::to_string(known->second) +
                       " bytes, found " + std::to_string(rest.size()) + " bytes; is the file whole?");
    if (!storages.emplace(key->text, rest.first(count * known->second)).second)
      refuse(file, what + "expected once, found twice");
    rest = rest.subspan(count * known->second);
  }
  return storages;
}

/// The pickle of a legacy file and its storages.
std::pair<Pickle, Storages> read_legacy(ByteSpan bytes, const std::string& file) {
  bytes = bytes.subspan(kLegacyStart.size());
  const Pickle version(bytes, file);
  if (version.root().kind != Kind::integer || version.root().integer != kLegacyVersion)
    refuse(file, "expected version 1001 of the format before zip, found another");
  bytes = bytes.subspan(version.size());
  const Pickle system(bytes, file);
  bytes = bytes.subspan(system.size());
  for (const auto& [key, value] : system.root().entries)
    if (key->text == "little_endian" && value->integer == 0)
      refuse(file, "expected little-endian numbers, found big-endian ones");
  Pickle pickle(bytes, file);
  bytes = bytes.subspan(pickle.size());
  auto storages = legacy_storages(bytes, pickle, file);
  return {std::move(pickle), std::move(storages)};
}

/// The same of a zip file: NAME/data.pkl and NAME/data/KEY.
std::pair<Pickle, Storages> read_zip(ByteSpan bytes, const std::string& file) {
  constexpr std::string_view kPickle = "data.pkl";
  const auto entries = zip_entries(bytes, file);
  const auto is_pickle = [&](const auto& entry) {
    const auto slash = entry.first.find('/');
    return slash != std::string::npos && entry.first.substr(slash + 1) == kPickle;
  };
  const auto found = std::find_if(entries.begin(), entries.end(), is_pickle);
  if (found == entries.end()) refuse(file, "expected a zip archive of PyTorch's, found no data.pkl in it");
  const std::string prefix = found->first.substr(0, found->first.size() - kPickle.size());
  if (const auto order = entries.find(prefix + "byteorder");
      order != entries.end() && starts_with(order->second, "big"))
    refuse(file, "expected little-endian numbers, found big-endian ones");
  Storages storages;
  const std::string data = prefix + "data/";
  for (auto it = entries.lower_bound(data); it != entries.end() && it->first.starts_with(data); ++it)
    storages.emplace(it->first.substr(data.size()), it->second);
  return {Pickle(found->second, file), std::move(storages)};
}

/// Walks a state dict and collects its tensors.
class StateDict {
 public:
  StateDict(const Storages& storages, std::size_t file_size, const std::string& file)
      : storages_(storages), rearrangeable_(file_size), file_(file) {}

  void collect(const PickleValue& root) {
    if (!is_dict(root))
      refuse(file_, "expected a state dict, found " + described(root) + "; save the network's state_dict()");
    const PickleValue* state = &root;
    for (const auto& [key, value] : root.entries)
      if (key->text == "model" && is_dict(*value)) state = value;
    walk(*state, "", 0);
  }

  std::map<std::string, TensorView> tensors;
  std::vector<std::shared_ptr<const std::byte[]>> rearranged;  ///< those that were not in C order

 private:
  void walk(const PickleValue& dict, const std::string& prefix, int depth) {
    if (depth > kMaxNesting) refuse(file_, prefix, "expected at most 16 dicts within each other, found more");
    if (!seen_.insert(&dict).second) refuse(file_, prefix, "expected a dict of its own, found one seen before");
    for (const auto& [name, value] : dict.entries) {
      if (name->kind != Kind::text) refuse(file_, prefix, "expected keys that are texts, found " + described(*name));
      constexpr std::string_view kDataParallel = "module.";
      const std::string key =
          prefix + (name->text.starts_with(kDataParallel) ? name->text.substr(kDataParallel.size()) : name->text);
      if (is_dict(*value)) {
        walk(*value, key + '.', depth + 1);
      } else if (const PickleValue* tensor = tensor_call(*value)) {
        if (!tensors.emplace(key, view(*tensor, key)).second) refuse(file_, key, "expected once, found twice");
      } else if (value->kind == Kind::call || value->kind == Kind::global || value->kind == Kind::persistent) {
        refuse(file_, key, "expected a tensor, found " + described(*value));
      }  // a number or a text, such as an epoch: not of the state
    }
  }

  /// The call that makes the tensor, where `value` is one or a parameter.
  static const PickleValue* tensor_call(const PickleValue& value) {
    const PickleValue* call = &value;
    if (value.is_call("torch._utils _rebuild_parameter") && !value.items[1]->items.empty())
      call = value.items[1]->items[0];
    return call->is_call("torch._utils _rebuild_tensor_v2") ? call : nullptr;
  }

  std::vector<std::int64_t> extents(const PickleValue& tuple, const std::string& key, const std::string& what) const {
    std::vector<std::int64_t> values;
    bool good = tuple.kind == Kind::tuple && tuple.items.size() <= kMaxTupleDimensions;
    for (std::size_t i = 0; good && i < tuple.items.size(); ++i) {
      good = tuple.items[i]->kind == Kind::integer && tuple.items[i]->integer >= 0;
      values.push_back(tuple.items[i]->integer);
    }
    if (!good) refuse(file_, key, what + ": expected at most 16 numbers from 0, found something else");
    return values;
  }

  /// _rebuild_tensor_v2(storage, offset, shape, strides, …).
  TensorView view(const PickleValue& call, const std::string& key) {
    const auto& arguments = call.items[1]->items;
    if (arguments.size() < 4 || arguments[0]->kind != Kind::persistent || arguments[1]->kind != Kind::integer)
      refuse(file_, key, "expected storage, offset, shape and strides, found something else");
    const auto id = storage_id(*arguments[0]);
    if (!id) refuse(file_, key, "expected a storage of a type that PyTorch has, found something else");
    if (!id->type->type)
      refuse(file_, key,
             "expected float32, float16, bfloat16, uint8 or int64, found " +
                 std::string(id->type->global.substr(id->type->global.find(' ') + 1)));
    const auto storage = storages_.find(id->key);
    if (storage == storages_.end()) refuse(file_, key, "storage " + id->key.substr(0, 200) + ": expected, found none");
    if (id->count != storage->second.size() / id->type->size || storage->second.size() % id->type->size != 0)
      refuse(file_, key,
             "storage " + id->key.substr(0, 200) + ": expected " + std::to_string(id->count) + " elements of " +
                 std::to_string(id->type->size) + " bytes, found " + std::to_string(storage->second.size()) + " bytes");

    const Strided strided{.offset = arguments[1]->integer,
                          .shape = extents(*arguments[2], key, "shape"),
                          .strides = extents(*arguments[3], key, "strides")};
    const auto count = strided.element_count(static_cast<std::int64_t>(id->count));
    if (!count)
      refuse(file_, key,
             "expected " + strided.text() + " within the " + std::to_string(id->count) + " elements of storage " +
                 id->key.substr(0, 200) + ", found it to reach beyond");
    TensorView view{.type = *id->type->type, .shape = strided.shape, .bytes = {}};
    const std::size_t size = static_cast<std::size_t>(*count) * id->type->size;
    if (size == 0) return view;
    if (strided.in_c_order()) {
      view.bytes = storage->second.subspan(static_cast<std::size_t>(strided.offset) * id->type->size, size);
      return view;
    }
    if (size > rearrangeable_) refuse(file_, key, "expected less to rearrange than the file has, found more");
    rearrangeable_ -= size;
    auto bytes = std::make_shared<std::byte[]>(size);
    strided.gather(storage->second, id->type->size, bytes.get());
    view.bytes = {bytes.get(), size};
    rearranged.push_back(std::move(bytes));
    return view;
  }

  const Storages& storages_;
  std::size_t rearrangeable_;  ///< bytes
  const std::string& file_;
  std::set<const PickleValue*> seen_;
};

}  // namespace

bool Pth::is_one(ByteSpan start) { return starts_with(start, kZipStart) || starts_with(start, kLegacyStart); }

Pth Pth::read(const std::filesystem::path& file) {
  const auto [bytes, size] = read_bytes(file, "a .pth file");
  Pth result;
  result.name_ = file.string();
  result.storage_ = {bytes};
  result.load({bytes.get(), size});
  return result;
}

Pth Pth::parse(ByteSpan bytes, std::string name) {
  Pth result;
  result.name_ = std::move(name);
  result.storage_ = {copy_bytes(bytes)};
  result.load({result.storage_.front().get(), bytes.size()});
  return result;
}

void Pth::load(ByteSpan bytes) {
  if (!is_one(bytes)) refuse(name_, "expected a .pth file of PyTorch, found something else");
  const auto [pickle, storages] = starts_with(bytes, kZipStart) ? read_zip(bytes, name_) : read_legacy(bytes, name_);
  StateDict state(storages, bytes.size(), name_);
  state.collect(pickle.root());
  tensors_ = std::move(state.tensors);
  storage_.insert(storage_.end(), state.rearranged.begin(), state.rearranged.end());
}

}  // namespace vividface
