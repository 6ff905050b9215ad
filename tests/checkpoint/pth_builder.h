#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace vividface {

/// Little-endian bytes of a number.
template <typename Number>
std::string bytes_of(Number value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// Pieces of pickles of protocol 2, to make files that torch.save would not.
namespace pickled {

inline std::string text(const std::string& value) {
  return 'X' + bytes_of(static_cast<std::uint32_t>(value.size())) + value;
}
inline std::string integer(std::int32_t value) { return 'J' + bytes_of(value); }
inline std::string global(const std::string& module, const std::string& name) {
  return 'c' + module + '\n' + name + '\n';
}
inline std::string tuple(const std::vector<std::string>& items) {
  std::string all = "(";
  for (const auto& item : items) all += item;
  return all + 't';
}
inline std::string integers(const std::vector<std::int32_t>& values) {
  std::vector<std::string> items;
  for (const auto value : values) items.push_back(integer(value));
  return tuple(items);
}
inline std::string storage(const std::string& type, const std::string& key, std::int32_t count) {
  return tuple({text("storage"), global("torch", type), text(key), text("cpu"), integer(count)}) + 'Q';
}
inline std::string tensor(const std::string& stored, std::int32_t offset, const std::vector<std::int32_t>& shape,
                          const std::vector<std::int32_t>& strides) {
  return global("torch._utils", "_rebuild_tensor_v2") +
         tuple({stored, integer(offset), integers(shape), integers(strides), "\x89",
                global("collections", "OrderedDict") + ")R"}) +
         'R';
}
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string all = "}(";
  for (const auto& [key, value] : entries) all += text(key) + value;
  return all + 'u';
}
inline std::string whole(const std::string& value) { return "\x80\x02" + value + '.'; }

}  // namespace pickled

struct ZipEntry {
  std::string name, bytes;
  int method = 0;          ///< stored
  std::int64_t at = -1;    ///< where the directory says that it lies; -1: where it does
  std::int64_t size = -1;  ///< what the directory says of its size; -1: what it is
};

/// A zip archive of these entries.
inline std::string zip(const std::vector<ZipEntry>& entries) {
  const auto u16 = [](std::size_t value) { return bytes_of(static_cast<std::uint16_t>(value)); };
  const auto u32 = [](std::int64_t value) { return bytes_of(static_cast<std::uint32_t>(value)); };
  std::string archive, directory;
  for (const auto& entry : entries) {
    const auto at = entry.at >= 0 ? entry.at : static_cast<std::int64_t>(archive.size());
    const auto size = entry.size >= 0 ? entry.size : static_cast<std::int64_t>(entry.bytes.size());
    const std::string sizes = u32(0) + u32(size) + u32(size) + u16(entry.name.size()) + u16(0);
    archive += u32(0x04034b50) + u16(0) + u16(0) + u16(entry.method) + u32(0) + sizes + entry.name + entry.bytes;
    directory += u32(0x02014b50) + u16(0) + u16(0) + u16(0) + u16(entry.method) + u32(0) + sizes + u16(0) + u16(0) +
                 u16(0) + u32(0) + u32(at) + entry.name;
  }
  return archive + directory + u32(0x06054b50) + u16(0) + u16(0) + u16(entries.size()) + u16(entries.size()) +
         u32(static_cast<std::int64_t>(directory.size())) + u32(static_cast<std::int64_t>(archive.size())) + u16(0);
}

/// A .pth of today's format: a pickled value and storages by key.
inline std::string zipped_pth(const std::string& value,
                              const std::vector<std::pair<std::string, std::string>>& storages) {
  std::vector<ZipEntry> entries = {{.name = "f/data.pkl", .bytes = pickled::whole(value)}};
  for (const auto& [key, bytes] : storages) entries.push_back({.name = "f/data/" + key, .bytes = bytes});
  return zip(entries);
}

/// The same in the format before zip.
inline std::string legacy_pth(const std::string& value,
                              const std::vector<std::pair<std::string, std::string>>& storages,
                              std::size_t element_size) {
  std::string keys = "](";
  for (const auto& [key, bytes] : storages) keys += pickled::text(key);
  std::string file = std::string("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", 15) +
                     pickled::whole(pickled::integer(1001)) +
                     pickled::whole("}(" + pickled::text("little_endian") + "\x88u") + pickled::whole(value) +
                     pickled::whole(keys + 'e');
  for (const auto& [key, bytes] : storages) file += bytes_of(std::uint64_t{bytes.size() / element_size}) + bytes;
  return file;
}

}  // namespace vividface
