#include "checkpoint/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/output_file.h"

namespace vividface {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian");

using Json = nlohmann::json;

constexpr std::size_t kPrefix = 8;                 // bytes of the header's length
constexpr std::uint64_t kMaxHeader = 100'000'000;  // as the format's reference implementation
constexpr std::size_t kMaxDimensions = 16;
constexpr std::string_view kMetadata = "__metadata__";

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

[[noreturn]] void refuse(const std::string& file, const std::string& what) { throw InputError(file + ": " + what); }

[[noreturn]] void refuse(const std::string& file, const std::string& key, const std::string& what) {
  refuse(file, "tensor \"" + key.substr(0, 200) + "\": " + what);
}

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
  for (const TypeRow& r : kTypes)
    if (r.name == text) return r.type;
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

Safetensors Safetensors::read(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) refuse(file.string(), "expected a safetensors file, found none");
  std::uintmax_t size = std::filesystem::file_size(file, error);
  std::ifstream in(file, std::ios::binary);
  if (error || !in) refuse(file.string(), "cannot be read");
  auto storage = std::make_unique_for_overwrite<std::byte[]>(size);
  if (!in.read(reinterpret_cast<char*>(storage.get()), static_cast<std::streamsize>(size)))
    refuse(file.string(), "cannot be read to its end");
  Safetensors result;
  result.name_ = file.string();
  result.storage_ = std::move(storage);
  result.check(size);
  return result;
}

Safetensors Safetensors::parse(std::span<const std::byte> bytes, std::string name) {
  auto storage = std::make_unique_for_overwrite<std::byte[]>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), storage.get());
  Safetensors result;
  result.name_ = std::move(name);
  result.storage_ = std::move(storage);
  result.check(bytes.size());
  return result;
}

void Safetensors::check(std::size_t size) {
  if (size < kPrefix) refuse(name_, "expected a safetensors file, found only " + std::to_string(size) + " bytes");
  std::uint64_t header_size;
  std::memcpy(&header_size, storage_.get(), kPrefix);
  if (header_size > std::min<std::uint64_t>(kMaxHeader, size - kPrefix))
    refuse(name_, "header length: expected at most " +
                      std::to_string(std::min<std::uint64_t>(kMaxHeader, size - kPrefix)) + " bytes, found " +
                      std::to_string(header_size) + "; is it a whole safetensors file?");
  const std::byte* data = storage_.get() + kPrefix + header_size;
  const std::uint64_t data_size = size - kPrefix - header_size;

  Json header = parse_header(reinterpret_cast<const char*>(storage_.get()) + kPrefix, header_size, name_);
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

const TensorView& Safetensors::operator[](const std::string& key) const {
  auto found = tensors_.find(key);
  if (found == tensors_.end()) refuse(name_, key, "expected, found none");
  return found->second;
}

const std::string& Safetensors::metadata(const std::string& key) const {
  auto found = metadata_.find(key);
  if (found == metadata_.end()) refuse(name_, "metadata \"" + key + "\": expected, found none");
  return found->second;
}

std::vector<float> Safetensors::floats(const std::string& key, std::span<const std::int64_t> shape) const {
  const TensorView& view = (*this)[key];
  if (!std::equal(view.shape.begin(), view.shape.end(), shape.begin(), shape.end()))
    refuse(name_, key, "expected shape " + shape_text(shape) + ", found " + shape_text(view.shape));
  return floats(key);
}

std::vector<float> Safetensors::floats(const std::string& key) const {
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
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // so that the tensors are aligned
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
