#include "checkpoint/zip_archive.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "checkpoint/refusal.h"

namespace vividface {
namespace {

// The format's structures (APPNOTE 4.3), in bytes.
constexpr std::uint32_t kEndSignature = 0x06054b50, kDirectorySignature = 0x02014b50, kLocalSignature = 0x04034b50;
constexpr std::size_t kEndSize = 22, kDirectoryEntrySize = 46, kLocalHeaderSize = 30;
constexpr std::size_t kMaxComment = 0xffff;
constexpr std::uint32_t kIn64Bits = 0xffffffff;  // where a zip64 record has the number
constexpr unsigned kEncrypted = 1;

template <typename Number>
Number number_at(std::span<const std::byte> bytes, std::size_t offset) {
  Number value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

std::string text_at(std::span<const std::byte> bytes, std::size_t offset, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes.data()) + offset, size};
}

std::size_t find_end(std::span<const std::byte> archive, const std::string& file) {
  for (std::size_t back = kEndSize; back <= std::min(archive.size(), kEndSize + kMaxComment); ++back) {
    const std::size_t at = archive.size() - back;
    if (number_at<std::uint32_t>(archive, at) == kEndSignature &&
        number_at<std::uint16_t>(archive, at + 20) == back - kEndSize)
      return at;
  }
  refuse(file, "expected a zip archive, found no directory at its end; is the file whole?");
}

struct Entry {
  std::string name;
  std::uint32_t local = 0, size = 0;
};

/// The directory's entry at `offset`, which is moved behind it.
Entry read_entry(std::span<const std::byte> directory, std::size_t& offset, const std::string& file) {
  const auto whole = [&](std::size_t size) {
    if (size > directory.size() - offset) refuse(file, "the zip directory is cut off; is the file whole?");
  };
  whole(kDirectoryEntrySize);
  const auto field16 = [&](std::size_t at) { return number_at<std::uint16_t>(directory, offset + at); };
  const auto field32 = [&](std::size_t at) { return number_at<std::uint32_t>(directory, offset + at); };
  if (field32(0) != kDirectorySignature) refuse(file, "the zip directory is damaged; is the file whole?");
  const std::size_t name_size = field16(28), size = kDirectoryEntrySize + name_size + field16(30) + field16(32);
  whole(size);
  Entry entry{text_at(directory, offset + kDirectoryEntrySize, name_size), field32(42), field32(24)};
  const std::string what = "entry \"" + entry.name.substr(0, 200) + "\": ";
  if ((field16(8) & kEncrypted) != 0) refuse(file, what + "expected plain bytes, found encrypted ones");
  if (field16(10) != 0 || field32(20) != entry.size)
    refuse(file, what + "expected stored bytes, found compressed ones (method " + std::to_string(field16(10)) + ")");
  if (entry.size == kIn64Bits || entry.local == kIn64Bits) refuse(file, what + "expected less than 4 GiB, found zip64");
  offset += size;
  return entry;
}

}  // namespace

std::map<std::string, std::span<const std::byte>> zip_entries(std::span<const std::byte> archive,
                                                              const std::string& file) {
  const std::size_t end = find_end(archive, file);
  const std::size_t directory_size = number_at<std::uint32_t>(archive, end + 12);
  const std::size_t directory_at = number_at<std::uint32_t>(archive, end + 16);
  if (directory_at > end || directory_size > end - directory_at)
    refuse(file, "zip directory: expected within the first " + std::to_string(end) + " bytes, found " +
                     std::to_string(directory_size) + " bytes at " + std::to_string(directory_at) +
                     "; is the file whole?");
  const auto directory = archive.subspan(directory_at, directory_size);

  struct Extent {
    std::size_t begin, end;
    const std::string* name;
  };
  std::map<std::string, std::span<const std::byte>> entries;
  std::vector<Extent> extents;
  std::size_t offset = 0;
  for (std::size_t count = number_at<std::uint16_t>(archive, end + 10); count > 0; --count) {
    Entry entry = read_entry(directory, offset, file);
    const std::string what = "entry \"" + entry.name.substr(0, 200) + "\": ";
    const std::size_t local = entry.local;
    const auto misplaced = [&]() {
      refuse(file, what + "expected " + std::to_string(entry.size) + " bytes before the directory at " +
                       std::to_string(directory_at) + ", found them to lie at " + std::to_string(local));
    };
    if (local > directory_at || directory_at - local < kLocalHeaderSize) misplaced();
    if (number_at<std::uint32_t>(archive, local) != kLocalSignature)
      refuse(file, what + "expected its header at " + std::to_string(local) + ", found something else");
    const std::size_t begin = local + kLocalHeaderSize + number_at<std::uint16_t>(archive, local + 26) +
                              number_at<std::uint16_t>(archive, local + 28);
    if (begin > directory_at || entry.size > directory_at - begin) misplaced();
    const auto [where, is_new] = entries.emplace(std::move(entry.name), archive.subspan(begin, entry.size));
    if (!is_new) refuse(file, what + "expected once, found twice");
    extents.push_back({local, begin + where->second.size(), &where->first});
  }
  std::sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
  for (std::size_t i = 1; i < extents.size(); ++i)
    if (extents[i].begin < extents[i - 1].end)
      refuse(file, "entries \"" + extents[i - 1].name->substr(0, 200) + "\" and \"" + extents[i].name->substr(0, 200) +
                       "\": expected apart, found overlapping");
  return entries;
}

}  // namespace vividface
