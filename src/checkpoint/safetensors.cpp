#include "checkpoint/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/output_file.h"
#include "checkpoint/refusal.h"

namespace vividface {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian");

using Json = nlohmann::json;

constexpr std::size_t kPrefix = 8;                 // bytes of the header's length
constexpr std::uint64_t kMaxHeader = 100'000'000;  // as the format's reference implementation
constexpr std::size_t kMaxDimensions = 16;
constexpr std::string_view kMetadata = "__metadata__";

/// Bytes of a tensor, or nothing when that is more than can be counted.
std::optional<std::uint64_t> bytes_of(std::span<const std::int64_t> shape, TensorType type) {
  std::uint64_t bytes = byte_size(type);
  for (std::int64_t extent : shape)
    if (extent < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes)) return std::nullopt;
  return bytes;
}

Json parse_header(const char* begin, std::size_t length, const std::string& file) {
  std::set<std::string> keys;
  std::string twice;
  // The top level's keys are the tensors. JSON itself would let the last of two win.
  auto once = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth == 1 && event == Json::parse_event_t::key && !keys.insert(parsed.get<std::string>()).second)
      twice = parsed.get<std::string>();
    return true;
  };
  Json header = Json::parse(begin, begin + length, once, /*allow_exceptions=*/false);
  if (!header.is_object())
    refuse(file, "header: expected a JSON object, found something else; is it a safetensors file?");
  if (!twice.empty()) refuse(file, twice, "expected once, found twice");
  return header;
}

TensorType parse_type(const Json& entry, const std::string& file, const std::string& key) {
  auto found = entry.find("dtype");
  if (found == entry.end() || !found->is_string()) refuse(file, key, "expected a dtype, found none");
  const auto& text = found->get_ref<const std::string&>();
  for (const TensorType type : {TensorType::f32, TensorType::f16, TensorType::bf16, TensorType::u8, TensorType::i64})
    if (tensor_type_name(type) == text) return type;
  refuse(file, key, "dtype: expected F32, F16, BF16, U8 or I64, found " + text.substr(0, 40));
}

std::vector<std::int64_t> parse_shape(const Json& entry, const std::string& file, const std::string& key) {
  auto found = entry.find("shape");
  if (found == entry.end() || !found->is_array() || found->size() > kMaxDimensions)
    refuse(file, key, "shape: expected a list of at most 16 sizes");
  std::vector<std::int64_t> shape;
  for (const Json& extent : *found) {
    if (!extent.is_number_unsigned() || extent.get<std::uint64_t>() > INT64_MAX)
      refuse(file, key,
             "shape: expected sizes from 0, found " + (extent.is_number() ? extent.dump() : extent.type_name()));
    shape.push_back(extent.get<std::int64_t>());
  }
  return shape;
}

std::pair<std::uint64_t, std::uint64_t> parse_offsets(const Json& entry, const std::string& file,
                                                      const std::string& key, std::uint64_t data_size) {
  auto found = entry.find("data_offsets");
  if (found == entry.end() || !found->is_array() || found->size() != 2 || !(*found)[0].is_number_unsigned() ||
      !(*found)[1].is_number_unsigned())
    refuse(file, key, "data_offsets: expected two numbers from 0");
  auto begin = (*found)[0].get<std::uint64_t>(), end = (*found)[1].get<std::uint64_t>();
  if (begin > end || end > data_size)
    refuse(file, key,
           "data_offsets: expected within 0 and " + std::to_string(data_size) + " (the file's data), found " +
               std::to_string(begin) + " to " + std::to_string(end) + "; is the file whole?");
  return {begin, end};
}

}  // namespace

Safetensors Safetensors::read(const std::filesystem::path& file) {
  const auto [bytes, size] = read_bytes(file, "a safetensors file");
  Safetensors result;
  result.name_ = file.string();
  result.storage_ = {bytes};
  result.check(size);
  return result;
}

Safetensors Safetensors::parse(std::span<const std::byte> bytes, std::string name) {
  Safetensors result;
  result.name_ = std::move(name);
  result.storage_ = {copy_bytes(bytes)};
  result.check(bytes.size());
  return result;
}

void Safetensors::check(std::size_t size) {
  if (size < kPrefix) refuse(name_, "expected a safetensors file, found only " + std::to_string(size) + " bytes");
  std::uint64_t header_size;
  std::memcpy(&header_size, storage_.front().get(), kPrefix);
  if (header_size > std::min<std::uint64_t>(kMaxHeader, size - kPrefix))
    refuse(name_, "header length: expected at most " +
                      std::to_string(std::min<std::uint64_t>(kMaxHeader, size - kPrefix)) + " bytes, found " +
                      std::to_string(header_size) + "; is it a whole safetensors file?");
  const std::byte* data = storage_.front().get() + kPrefix + header_size;
  const std::uint64_t data_size = size - kPrefix - header_size;

  Json header = parse_header(reinterpret_cast<const char*>(storage_.front().get()) + kPrefix, header_size, name_);
  std::vector<std::tuple<std::uint64_t, std::uint64_t, const std::string*>> extents;
  for (const auto& [key, entry] : header.items()) {
    if (!entry.is_object()) refuse(name_, key, "expected a JSON object, found something else");
    if (key == kMetadata) {
      for (const auto& [name, value] : entry.items()) {
        if (!value.is_string())
          refuse(name_, "metadata \"" + name.substr(0, 200) + "\": expected a text, found something else");
        metadata_[name] = value.get<std::string>();
      }
      continue;
    }
    TensorView view{.type = parse_type(entry, name_, key), .shape = parse_shape(entry, name_, key), .bytes = {}};
    auto [begin, end] = parse_offsets(entry, name_, key, data_size);
    auto expected = bytes_of(view.shape, view.type);
    if (!expected || *expected != end - begin)
      refuse(name_, key,
             "expected " + (expected ? std::to_string(*expected) : std::string("a countable number of")) +
                 " bytes for " + std::string(tensor_type_name(view.type)) + ' ' + shape_text(view.shape) + ", found " +
                 std::to_string(end - begin));
    view.bytes = {data + begin, end - begin};
    auto where = tensors_.emplace(key, std::move(view)).first;
    extents.emplace_back(begin, end, &where->first);
  }

  std::sort(extents.begin(), extents.end());
  std::uint64_t covered = 0;
  for (const auto& [begin, end, key] : extents) {
    if (begin != covered)
      refuse(name_, *key,
             "data_offsets: expected to begin at " + std::to_string(covered) + " (where the one before ends), found " +
                 std::to_string(begin));
    covered = end;
  }
  if (covered != data_size)
    refuse(name_, "expected " + std::to_string(covered) + " bytes of data, found " + std::to_string(data_size));
}

void write_safetensors(const std::filesystem::path& file, const std::map<std::string, TensorView>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header[std::string(kMetadata)] = metadata;
  std::uint64_t offset = 0;
  for (const auto& [key, view] : tensors) {
    if (bytes_of(view.shape, view.type) != view.bytes.size())
      throw std::logic_error("write_safetensors: tensor \"" + key + "\" has " + std::to_string(view.bytes.size()) +
                             " bytes for shape " + shape_text(view.shape));
    header[key] = {{"dtype", tensor_type_name(view.type)},
                   {"shape", view.shape},
                   {"data_offsets", {offset, offset + view.bytes.size()}}};
    offset += view.bytes.size();
  }
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);  // metadata may hold any bytes
  text.resize((text.size() + 7) / 8 * 8, ' ');                                     // so that the tensors are aligned
  const std::uint64_t header_size = text.size();

  OutputFile output(file);
  std::ofstream out(output.partial(), std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(&header_size), kPrefix);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  for (const auto& [key, view] : tensors)
    out.write(reinterpret_cast<const char*>(view.bytes.data()), static_cast<std::streamsize>(view.bytes.size()));
  out.close();
  if (!out) throw std::runtime_error(file.string() + ": cannot be written; is the disk full?");
  output.commit();
}

}  // namespace vividface
