#include <gmock/gmock.h>

#include <fstream>

#if __has_include(<rapidcheck.h>)
#include <rapidcheck.h>
#define HAS_RAPIDCHECK
#endif

#include "base/error.h"
#include "checkpoint/pth.h"
#include "checkpoint/pth_builder.h"
#include "checkpoint/safetensors.h"
#include "temporary_folder.h"

namespace vividface {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using namespace pickled;

const std::filesystem::path kGolden = VIVIDFACE_TEST_DATA "/golden";

Pth parse(const std::string& bytes) { return Pth::parse(std::as_bytes(std::span(bytes)), "f.pth"); }

std::string refusal(const std::string& bytes) {
  try {
    parse(bytes);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string floats(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

std::string file_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A state dict of one tensor "w", float32, in storage "0".
std::string one(const std::vector<std::int32_t>& shape, const std::vector<std::int32_t>& strides, std::int32_t offset,
                std::int32_t count) {
  return dict({{"w", tensor(storage("FloatStorage", "0", count), offset, shape, strides)}});
}

void expect_equal(const Checkpoint& actual, const Checkpoint& expected) {
  ASSERT_EQ(actual.tensors().size(), expected.tensors().size());
  for (const auto& [key, view] : expected.tensors()) {
    ASSERT_TRUE(actual.contains(key)) << key;
    EXPECT_EQ(actual[key].type, view.type) << key;
    EXPECT_EQ(actual[key].shape, view.shape) << key;
    EXPECT_TRUE(std::ranges::equal(actual[key].bytes, view.bytes)) << key;
  }
}

TEST(PthGolden, ContainerGivesItsModelAlone) {
  expect_equal(Checkpoint::read(kGolden / "tiny_checkpoint/x2control_container.pth"),
               Checkpoint::read(kGolden / "x2control_container.safetensors"));
}

TEST(PthGolden, LegacyEqualsZip) {
  const auto zipped = Checkpoint::read(kGolden / "tiny_checkpoint/motion_extractor.pth");
  EXPECT_EQ(zipped["detector.downsample_layers.0.0.weight"].shape, (std::vector<std::int64_t>{8, 3, 4, 4}));
  expect_equal(Checkpoint::read(kGolden / "tiny_checkpoint/motion_extractor_legacy.pth"), zipped);
}

TEST(PthGolden, HalfIsTheSameRounded) {
  const auto whole = Checkpoint::read(kGolden / "tiny_checkpoint/appearance_feature_extractor.pth");
  const auto half = Checkpoint::read(kGolden / "tiny_checkpoint/appearance_feature_extractor_half.pth");
  ASSERT_EQ(half.tensors().size(), whole.tensors().size());
  for (const auto& [key, view] : whole.tensors()) {
    if (view.type != TensorType::f32) continue;
    EXPECT_EQ(half[key].type, TensorType::f16) << key;
    const auto exact = whole.floats(key), rounded = half.floats(key, view.shape);
    for (std::size_t i = 0; i < exact.size(); ++i)
      ASSERT_NEAR(rounded[i], exact[i], 0x1p-11 * std::abs(exact[i]) + 0x1p-25) << key;
  }
}

TEST(PthGolden, NestedDictsAndDataParallelPrefix) {
  const auto file = Checkpoint::read(kGolden / "tiny_checkpoint/stitching_retargeting_module.pth");
  EXPECT_EQ(file["retarget_shoulder.mlp.0.weight"].shape, (std::vector<std::int64_t>{128, 126}));
  EXPECT_TRUE(file.contains("retarget_eye.mlp.0.bias"));
  for (const auto& [key, view] : file.tensors()) EXPECT_THAT(key, Not(HasSubstr("module")));
}

TEST(PthGolden, AnyTruncationIsRefused) {
  for (const char* name : {"x2control_container.pth", "motion_extractor_legacy.pth", "motion_extractor.pth"}) {
    const auto whole = file_bytes(kGolden / "tiny_checkpoint" / name);
    ASSERT_EQ(refusal(whole), "") << name;
    for (std::size_t size = 0; size < whole.size(); size += 1 + size / 50)
      EXPECT_NE(refusal(whole.substr(0, size)), "") << name << " cut to " << size;
    EXPECT_NE(refusal(whole.substr(0, whole.size() - 1)), "") << name;
  }
}

TEST(Pth, ReadsEveryTypeInBothFormats) {
  const auto state = dict({{"half", tensor(storage("HalfStorage", "a", 2), 0, {2}, {1})},
                           {"brain", tensor(storage("BFloat16Storage", "b", 2), 0, {1, 2}, {2, 1})}});
  const std::string half("\x00\x3c\x00\xc0", 4), brain("\x80\x3f\x40\xc0", 4);
  for (const auto& bytes :
       {zipped_pth(state, {{"a", half}, {"b", brain}}), legacy_pth(state, {{"a", half}, {"b", brain}}, 2)}) {
    const auto file = parse(bytes);
    EXPECT_EQ(file.floats("half"), (std::vector<float>{1, -2}));
    EXPECT_EQ(file.floats("brain", std::vector<std::int64_t>{1, 2}), (std::vector<float>{1, -3}));
  }
  const auto count =
      zipped_pth(dict({{"n", tensor(storage("LongStorage", "0", 1), 0, {}, {})}}), {{"0", bytes_of(std::int64_t{42})}});
  EXPECT_EQ(parse(count)["n"].type, TensorType::i64);
}

TEST(Pth, HonoursStridesAndOffsets) {
  const auto values = floats({0, 1, 2, 3, 4, 5, 6});
  const auto read = [&](const std::string& state) { return parse(zipped_pth(state, {{"0", values}})).floats("w"); };
  EXPECT_EQ(read(one({2, 3}, {3, 1}, 1, 7)), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(read(one({3, 2}, {1, 3}, 1, 7)), (std::vector<float>{1, 4, 2, 5, 3, 6}));  // transposed
  EXPECT_EQ(read(one({2, 1, 2}, {4, 2000000000, 2}, 0, 7)), (std::vector<float>{0, 2, 4, 6}));
  EXPECT_EQ(read(one({0, 4}, {4, 1}, 0, 7)), std::vector<float>{});
  EXPECT_EQ(read(one({}, {}, 3, 7)), std::vector<float>{3});
  // Two tensors may lie in one storage.
  const auto stored = storage("FloatStorage", "0", 7);
  const auto shared = parse(
      zipped_pth(dict({{"a", tensor(stored, 0, {4}, {1})}, {"b", tensor(stored, 2, {4}, {1})}}), {{"0", values}}));
  EXPECT_EQ(shared.floats("b"), (std::vector<float>{2, 3, 4, 5}));
}

TEST(Pth, CopiesStayWhenTheFileIsGone) {
  std::optional<Checkpoint> kept;
  {
    const auto bytes = zipped_pth(one({2, 2}, {1, 2}, 0, 4), {{"0", floats({1, 2, 3, 4})}});
    kept = parse(bytes);
  }
  EXPECT_EQ(kept->floats("w"), (std::vector<float>{1, 3, 2, 4}));
}

TEST(Pth, SkipsWhatIsNotOfTheState) {
  const std::string optimizer = global("torch.optim", "AdamW") + ")\x81" + dict({{"lr", integer(1)}}) + 'b';
  const std::string evil = global("os", "system") + '(' + text("touch /nowhere/x") + "tR";
  const std::string state = one({1}, {1}, 0, 1);
  const auto file =
      parse(zipped_pth(dict({{"opt", evil}, {"model", state}, {"optimizer", optimizer}}), {{"0", floats({7})}}));
  EXPECT_EQ(file.tensors().size(), 1u);
  EXPECT_EQ(file.floats("w"), std::vector<float>{7});
  // A number or a text is no weight; parameters are.
  const auto parameter = global("torch._utils", "_rebuild_parameter") +
                         tuple({tensor(storage("FloatStorage", "0", 1), 0, {1}, {1}), "\x88", "}"}) + 'R';
  EXPECT_EQ(parse(zipped_pth(dict({{"epoch", integer(3)}, {"p", parameter}}), {{"0", floats({7})}})).tensors().size(),
            1u);
}

struct Hostile {
  std::string what, bytes;
  const char* message;
};

TEST(Pth, RefusesWhatIsWrongByName) {
  const std::string eight = floats({1, 2}), state = one({2}, {1}, 0, 2), pickle = whole(state);
  const auto of = [&](const std::string& value) { return zipped_pth(value, {{"0", eight}}); };
  const auto of_call = [&](const std::string& call) { return of(dict({{"w", call}})); };
  const std::string stored = storage("FloatStorage", "0", 2), v2 = global("torch._utils", "_rebuild_tensor_v2");
  const Hostile cases[] = {
      {"nothing", "", "expected a .pth"},
      {"safetensors", "{\"a\":1}         ", "expected a .pth"},
      {"no directory", zipped_pth(state, {}).substr(0, 60), "is the file whole?"},
      {"no pickle", zip({{.name = "f/data/0", .bytes = eight}}), "no data.pkl"},
      {"pickle that ends early", zip({{.name = "f/data.pkl", .bytes = pickle.substr(0, pickle.size() - 1)}}),
       "is the file whole?"},
      {"compressed", zip({{.name = "f/data.pkl", .bytes = pickle, .method = 8}}),
       "f/data.pkl\": expected stored bytes"},
      {"bad offset", zip({{.name = "f/data.pkl", .bytes = pickle, .at = 5000}}), "before the directory"},
      {"other offset", zip({{.name = "f/data.pkl", .bytes = pickle, .at = 7}}), "expected its header at 7"},
      {"huge size", zip({{.name = "f/data.pkl", .bytes = pickle, .size = 4000000000}}), "expected 4000000000 bytes"},
      {"zip64", zip({{.name = "f/data.pkl", .bytes = pickle, .size = 0xffffffff}}), "zip64"},
      {"overlap",
       zip({{.name = "f/data.pkl", .bytes = pickle, .size = static_cast<std::int64_t>(pickle.size()) + 4},
            {.name = "f/data/0", .bytes = eight}}),
       "found overlapping"},
      {"same entry twice", zip({{.name = "f/data.pkl", .bytes = pickle}, {.name = "f/data.pkl", .bytes = pickle}}),
       "found twice"},
      {"missing storage", zipped_pth(state, {}), "tensor \"w\": storage 0: expected, found none"},
      {"short storage", zipped_pth(state, {{"0", "1234567"}}), "expected 2 elements of 4 bytes, found 7 bytes"},
      {"long storage", zipped_pth(state, {{"0", eight + eight}}), "expected 2 elements of 4 bytes, found 16 bytes"},
      {"shape beyond", of(one({3}, {1}, 0, 2)),
       "tensor \"w\": expected shape [3] with strides [1] at 0 within the 2 elements"},
      {"offset beyond", of(one({2}, {1}, 1, 2)), "at 1 within the 2 elements"},
      {"offset below", of(one({2}, {1}, -1, 2)), "at -1 within"},
      {"stride beyond", of(one({2}, {2}, 0, 2)), "strides [2]"},
      {"negative stride", of(one({2}, {-1}, 1, 2)), "strides: expected at most 16 numbers from 0"},
      {"one element many times", of(one({1000000000}, {0}, 0, 2)), "strides [0]"},
      {"huge shape", of(one({2147483647, 2147483647, 2147483647}, {1, 1, 1}, 0, 2)), "found it to reach beyond"},
      {"shape and strides differ", of(one({2}, {1, 1}, 0, 2)), "shape [2] with strides [1, 1]"},
      {"double", of_call(tensor(storage("DoubleStorage", "0", 1), 0, {1}, {1})),
       "tensor \"w\": expected float32, float16"},
      {"no such type", of_call(tensor(storage("SystemStorage", "0", 1), 0, {1}, {1})), "of a type that PyTorch has"},
      {"foreign object", of_call(global("os", "system") + '(' + text("ls") + "tR"),
       "tensor \"w\": expected a tensor, found an object of os system"},
      {"foreign root", of(global("models", "Net") + ")\x81"), "expected a state dict, found an object of models Net"},
      {"bare name", of_call(global("os", "system")), "found the name os system"},
      {"tensor without arguments", of_call(v2 + ")R"), "expected storage, offset, shape and strides"},
      {"tensor of text", of_call(v2 + tuple({text("x"), integer(0), integers({1}), integers({1})}) + 'R'),
       "expected storage, offset"},
      {"seventeen dimensions", of(one(std::vector<std::int32_t>(17, 1), std::vector<std::int32_t>(17, 1), 0, 2)),
       "at most 16 numbers"},
      {"number as a key", of("}(" + integer(1) + integer(2) + 'u'), "expected keys that are texts"},
      {"key twice",
       of("}(" + text("w") + tensor(stored, 0, {2}, {1}) + text("module.w") + tensor(stored, 0, {2}, {1}) + 'u'),
       "tensor \"w\": expected once"},
      {"dict in itself", of("}q\x01(" + text("a") + "h\x01u"), "seen before"},
      {"INST", of("(ios\nsystem\n"), "opcode INST: tensors need none such"},
      {"STACK_GLOBAL", of(text("os") + text("system") + '\x93'), "opcode STACK_GLOBAL"},
      {"EXT1", of("\x82\x01"), "opcode EXT1"},
      {"no opcode", of("\x01"), "found byte 1"},
      {"protocol 4", zip({{.name = "f/data.pkl", .bytes = "\x80\x04}."}}), "expected protocol 2, found 4"},
      {"empty stack", of("R"), "expected a value before it"},
      {"no mark", of("t"), "expected a mark before it"},
      {"below the mark", of("}(R"), "expected a value before it"},
      {"call of a number", of(integer(1) + ")R"), "expected a name and its arguments"},
      {"state of a number", of(integer(1) + "}b"), "expected an object that has a state"},
      {"odd dict", of("}(" + text("w") + 'u'), "expected a value to each key"},
      {"items of a text", of(text("w") + text("x") + 'a'), "expected a list"},
      {"nothing remembered", of("h\x05"), "found nothing"},
      {"endless name", of('c' + std::string(5000, 'x')), "expected a name's end"},
      {"huge text", of('X' + bytes_of(std::uint32_t{0xffffffff}) + 'w'), "expected 4294967295 more bytes"},
      {"big-endian", zip({{.name = "f/data.pkl", .bytes = pickle}, {.name = "f/byteorder", .bytes = "big"}}),
       "big-endian"},
      {"legacy: cut storage",
       legacy_pth(state, {{"0", eight}}, 4).substr(0, legacy_pth(state, {{"0", eight}}, 4).size() - 1),
       "storage 0: expected 2 elements of 4 bytes, found 7 bytes"},
      {"legacy: strange storage", legacy_pth(state, {{"0", eight}, {"1", eight}}, 4),
       "storage 1: expected one that a tensor lies in"},
      {"legacy: twice", legacy_pth(state, {{"0", eight}, {"0", eight}}, 4), "expected once, found twice"},
      {"legacy: none", legacy_pth(state, {}, 4), "storage 0: expected, found none"},
  };
  for (const Hostile& c : cases) {
    const auto message = refusal(c.bytes);
    EXPECT_THAT(message, HasSubstr(c.message)) << c.what;
    EXPECT_THAT(message, testing::StartsWith("f.pth: ")) << c.what;
    EXPECT_THAT(message, Not(HasSubstr("\n"))) << c.what;
  }
}

TEST(Pth, RefusesWhatNestsWithoutEnd) {
  EXPECT_THAT(refusal(zipped_pth(std::string(3 << 20, '}'), {})), HasSubstr("found more than 2097152 bytes"));
  std::string nested = "}";
  for (int i = 0; i < 100; ++i) nested = dict({{"a", nested}});
  EXPECT_THAT(refusal(zipped_pth(nested, {})), HasSubstr("at most 16 dicts within each other"));
  EXPECT_NE(refusal(zipped_pth(std::string(100'000, '('), {})), "");
}

TEST(Pth, RefusesToRearrangeMoreThanThereIs) {
  std::vector<std::pair<std::string, std::string>> tensors;
  const std::string stored = storage("FloatStorage", "0", 10000);
  for (int i = 0; i < 50; ++i) tensors.emplace_back("w" + std::to_string(i), tensor(stored, 0, {100, 100}, {1, 100}));
  EXPECT_THAT(refusal(zipped_pth(dict(tensors), {{"0", std::string(40000, 'x')}})), HasSubstr("less to rearrange"));
}

#ifdef HAS_RAPIDCHECK
TEST(Pth, AnyDamageIsRefusedOrReadWithinBounds) {
  const auto state = dict({{"a", tensor(storage("FloatStorage", "0", 6), 0, {2, 3}, {3, 1})},
                           {"b", tensor(storage("FloatStorage", "1", 4), 0, {2, 2}, {1, 2})}});
  const std::string six = floats({1, 2, 3, 4, 5, 6}), four = floats({1, 2, 3, 4});
  for (const auto& good :
       {zipped_pth(state, {{"0", six}, {"1", four}}), legacy_pth(state, {{"0", six}, {"1", four}}, 4)}) {
    ASSERT_EQ(refusal(good), "");
    rc::check([&] {
      auto bytes = good;
      for (int changes = *rc::gen::inRange(1, 4); changes > 0; --changes)
        bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
      try {
        const auto file = parse(bytes);
        for (const auto& [key, view] : file.tensors()) RC_ASSERT(view.bytes.size() <= bytes.size());
      } catch (const InputError&) {
      }
    });
  }
}
#endif

TEST(Checkpoint, TellsTheKindByTheBytes) {
  const TemporaryFolder folder;
  const std::vector<float> values = {1, 2};
  write_safetensors(folder / "a.pth", {{"w", {TensorType::f32, {2}, std::as_bytes(std::span(values))}}});
  EXPECT_EQ(Checkpoint::read(folder / "a.pth").floats("w"), values);
  std::ofstream(folder / "b.safetensors", std::ios::binary) << zipped_pth(one({2}, {1}, 0, 2), {{"0", floats(values)}});
  EXPECT_EQ(Checkpoint::read(folder / "b.safetensors").floats("w"), values);
  EXPECT_THAT([&] { Checkpoint::read(folder / "c.pth"); }, ::testing::ThrowsMessage<InputError>(HasSubstr("c.pth")));
}

}  // namespace
}  // namespace vividface
