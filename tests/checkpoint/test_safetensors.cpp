#include <gmock/gmock.h>

#include <cstring>
#include <fstream>

#if __has_include(<rapidcheck.h>)
#include <rapidcheck.h>
#define HAS_RAPIDCHECK
#endif

#include "base/error.h"
#include "checkpoint/safetensors.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using ::testing::HasSubstr;

std::vector<std::byte> file_bytes(const std::string& header, std::size_t data_size) {
  std::vector<std::byte> bytes(8 + header.size() + data_size);
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

std::string refusal(const std::vector<std::byte>& bytes) {
  try {
    Safetensors::parse(bytes, "f.safetensors");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string refusal(const std::string& header, std::size_t data_size) { return refusal(file_bytes(header, data_size)); }

class SafetensorsFile : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
};

TEST_F(SafetensorsFile, ReadsBackWhatWasWritten) {
  auto file = folder_ / "a.safetensors";
  std::vector<float> weights = {1, -2.5f, 3e-20f, 4, 5, 6};
  std::vector<std::int64_t> count = {42};
  write_safetensors(file,
                    {{"w", {TensorType::f32, {2, 3}, std::as_bytes(std::span(weights))}},
                     {"n", {TensorType::i64, {}, std::as_bytes(std::span(count))}},
                     {"none", {TensorType::u8, {0, 7}, {}}}},
                    {{"made_by", "vividface \"test\""}});

  auto read = Safetensors::read(file);
  EXPECT_EQ(read.tensors().size(), 3u);
  EXPECT_EQ(read.floats("w", std::vector<std::int64_t>{2, 3}), weights);
  EXPECT_EQ(read["n"].element_count(), 1);
  EXPECT_EQ(read["none"].shape, (std::vector<std::int64_t>{0, 7}));
  EXPECT_EQ(read.metadata("made_by"), "vividface \"test\"");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.safetensors.part"));
}

TEST_F(SafetensorsFile, FailedWriteLeavesTheOldFile) {
  auto file = folder_ / "a.safetensors";
  write_safetensors(file, {}, {{"version", "1"}});
  EXPECT_THROW(write_safetensors(folder_ / "missing" / "a.safetensors", {}), std::runtime_error);
  EXPECT_THROW(write_safetensors(file, {{"w", {TensorType::f32, {3}, {}}}}), std::logic_error);
  EXPECT_EQ(Safetensors::read(file).metadata("version"), "1");
}

TEST(Safetensors, ConvertsHalfAndBrainFloats) {
  auto bytes = file_bytes(
      R"({"h":{"dtype":"F16","shape":[6],"data_offsets":[0,12]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[12,16]}})",
      16);
  const std::uint16_t values[] = {0x3c00, 0xc000, 0x0001, 0x8000, 0x7bff, 0x7c00, 0x3f80, 0xc040};
  std::memcpy(bytes.data() + bytes.size() - 16, values, 16);
  auto read = Safetensors::parse(bytes, "f");
  EXPECT_EQ(read.floats("h"), (std::vector<float>{1, -2, 0x1p-24f, -0.f, 65504, INFINITY}));
  EXPECT_EQ(read.floats("b"), (std::vector<float>{1, -3}));
}

TEST(Safetensors, RefusesWhatIsNotThere) {
  EXPECT_THAT([] { Safetensors::read("/nowhere/x.safetensors"); },
              ::testing::ThrowsMessage<InputError>(HasSubstr("/nowhere/x.safetensors")));
  auto read = Safetensors::parse(
      file_bytes(
          R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"i":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}})",
          9),
      "f");
  EXPECT_THROW(read["v"], InputError);
  EXPECT_THROW(read.metadata("v"), InputError);
  EXPECT_THROW(read.floats("i"), InputError);
  EXPECT_THAT([&] { read.floats("w", std::vector<std::int64_t>{3}); },
              ::testing::ThrowsMessage<InputError>(HasSubstr("tensor \"w\": expected shape [3], found [2]")));
}

struct Hostile {
  const char* header;
  std::size_t data_size;
  const char* message;
};

TEST(Safetensors, RefusesHostileHeaders) {
  const Hostile cases[] = {
      {"", 0, "header"},
      {"[]", 0, "JSON object"},
      {"{\"a\":", 0, "JSON object"},
      {"{} {}", 0, "JSON object"},
      {R"({"a":1})", 0, "JSON object"},
      {R"({"__metadata__":{"x":1}})", 0, "metadata \"x\""},
      {R"({"a":{"shape":[1],"data_offsets":[0,4]}})", 4, "dtype"},
      {R"({"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}})", 8, "found F64"},
      {R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4, "shape"},
      {R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", 4, "shape"},
      {R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}})", 4, "shape"},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4, "expected 8 bytes"},
      {R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}})", 4, "countable"},
      {R"({"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}})", 4, "shape"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", 4, "data_offsets"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4, "data_offsets"},
      {R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4, "data_offsets"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8, "begin at 0"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 8, "expected 4 bytes of data"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}})",
       6, "begin at 4"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})",
       1, "twice"},
  };
  for (const Hostile& c : cases) EXPECT_THAT(refusal(c.header, c.data_size), HasSubstr(c.message)) << c.header;
}

TEST(Safetensors, RefusesEndlessNesting) {
  const std::size_t depth = 300'000;  // deeper than a stack is
  const std::string list = std::string(depth, '[') + std::string(depth, ']');
  for (const std::string& header : {list, R"({"a":{"dtype":"F32","shape":[)" + list + R"(],"data_offsets":[0,4]}})",
                                    R"({"a":{"dtype":)" + list + R"(,"shape":[1],"data_offsets":[0,4]}})",
                                    R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,)" + list + "]}}",
                                    R"({"__metadata__":{"k":)" + list + "}}"})
    EXPECT_NE(refusal(header, 4), "");
}

TEST(Safetensors, RefusesHugeClaims) {
  auto bytes = file_bytes("{}", 0);
  for (std::uint64_t length : {std::uint64_t{3}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
    std::memcpy(bytes.data(), &length, 8);
    EXPECT_THAT(refusal(bytes), HasSubstr("header length"));
  }
  EXPECT_THAT(refusal(std::vector<std::byte>(5)), HasSubstr("only 5 bytes"));
}

#ifdef HAS_RAPIDCHECK
TEST(Safetensors, AnyDamageIsRefusedOrReadWithinBounds) {
  const auto whole = file_bytes(
      R"({"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[3],"data_offsets":[8,14]}})",
      14);
  ASSERT_EQ(refusal(whole), "");
  rc::check([&] {
    auto bytes = whole;
    for (int changes = *rc::gen::inRange(0, 4); changes > 0; --changes)
      bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
          static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
    bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size() + 1));
    try {
      auto read = Safetensors::parse(bytes, "f");
      std::size_t total = 0;
      for (const auto& [key, view] : read.tensors()) {
        for (std::byte b : view.bytes) total += static_cast<std::size_t>(b);
        RC_ASSERT(view.bytes.size() <= bytes.size());
      }
      RC_ASSERT(total < 256 * bytes.size());
    } catch (const InputError&) {
    }
  });
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(refusal({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}), "") << size;
}
#endif

}  // namespace
}  // namespace vividface
