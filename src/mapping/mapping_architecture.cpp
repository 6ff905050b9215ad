#include "mapping/mapping_architecture.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace vividface {
namespace {

using Json = nlohmann::json;

constexpr int kMaxInput = 1024;
constexpr std::int64_t kMaxBase = 512;
constexpr int kMaxBlocks = 64;
constexpr std::int64_t kMaxMotion = 1 << 16;

template <std::size_t N>
void read_numbers(const Checkpoint& weights, const std::string& key, std::array<float, N>& numbers) {
  if (!weights.metadata().contains(key)) return;
  const Json list = Json::parse(weights.metadata(key), nullptr, /*allow_exceptions=*/false);
  bool good = list.is_array() && list.size() == N;
  for (std::size_t i = 0; good && i < N; ++i) {
    good = list[i].is_number();
    if (good) numbers[i] = list[i].template get<float>();
    good = good && std::isfinite(numbers[i]);
  }
  if (!good)
    throw InputError(weights.name() + ": metadata \"" + key + "\": expected " + std::to_string(N) + " numbers");
}

int read_input_size(const Checkpoint& weights, int otherwise) {
  if (!weights.metadata().contains("input_size")) return otherwise;
  const Json size = Json::parse(weights.metadata("input_size"), nullptr, /*allow_exceptions=*/false);
  if (!size.is_number_integer() || size < 32 || size > kMaxInput)
    throw InputError(weights.name() + ": metadata \"input_size\": expected 32 to " + std::to_string(kMaxInput) +
                     ", found " + weights.metadata("input_size").substr(0, 40));
  return size.get<int>();
}

int read_motion_inputs(const Checkpoint& weights) {
  if (!weights.contains("motion_unit")) return 0;
  const auto& shape = weights["motion_unit"].shape;
  if (shape.size() != 1 || shape[0] < 1 || shape[0] > kMaxMotion)
    throw InputError(weights.name() + ": tensor \"motion_unit\": expected [1 to " + std::to_string(kMaxMotion) +
                     "], found " + shape_text(shape));
  return static_cast<int>(shape[0]);
}

PictureCrop read_crop(const Checkpoint& weights) {
  std::array<float, 3> numbers = {0, 0, 1};
  read_numbers(weights, "crop", numbers);
  const PictureCrop crop = {numbers[0], numbers[1], numbers[2]};
  if (!crop.within_picture())
    throw InputError(weights.name() + ": metadata \"crop\": expected left, top and side within the picture, 0 to 1");
  return crop;
}

void check_controls(const Checkpoint& weights) {
  if (!weights.metadata().contains("controls")) return;
  const Json names = Json::parse(weights.metadata("controls"), nullptr, /*allow_exceptions=*/false);
  const auto& specs = ControlTable::ameca().specs();
  for (std::size_t i = 0; i < kControlCount; ++i)
    if (!names.is_array() || names.size() != kControlCount || names[i] != specs[i].name)
      throw InputError(weights.name() +
                       ": metadata \"controls\": expected the controls of config/ameca.json in their order; "
                       "the network was trained for another robot");
}

}  // namespace

bool PictureCrop::within_picture() const {
  return left >= 0 && top >= 0 && side > 0 && left + side <= 1 && top + side <= 1;
}

PixelSquare PictureCrop::pixels(int picture_side) const {
  const auto rounded = [&](float share, int least, int most) {
    return std::clamp(static_cast<int>(std::lround(share * static_cast<float>(picture_side))), least, most);
  };
  const int pixels = rounded(side, 1, picture_side);
  return {rounded(left, 0, picture_side - pixels), rounded(top, 0, picture_side - pixels), pixels};
}

MappingArchitecture read_architecture(const Checkpoint& weights) {
  MappingArchitecture architecture;
  const auto& stem = weights["feature_extractor.0.weight"].shape;
  if (stem.size() != 4 || stem[1] != 3 || stem[2] != stem[3] || stem[2] < 3 || stem[2] > 7 || stem[2] % 2 == 0 ||
      stem[0] < 1 || stem[0] > kMaxBase)
    throw InputError(
        weights.name() +
        ": tensor \"feature_extractor.0.weight\": expected [channels, 3, k, k] with k = 3, 5 or 7, found " +
        shape_text(stem));
  architecture.base_channels = static_cast<int>(stem[0]);
  architecture.stem_kernel = static_cast<int>(stem[2]);
  for (int stage = 0; stage < kMappingStages; ++stage) {
    int& blocks = architecture.blocks[static_cast<std::size_t>(stage)];
    auto key = [&] {
      return "feature_extractor." + std::to_string(4 + stage) + '.' + std::to_string(blocks) + ".conv1.weight";
    };
    for (blocks = 0; blocks < kMaxBlocks && weights.contains(key());) ++blocks;
    if (blocks == 0) static_cast<void>(weights[key()]);  // throws, and names the tensor that is missing
  }
  architecture.motion_inputs = read_motion_inputs(weights);
  architecture.motion_linear = architecture.motion_inputs > 0 && weights.contains("motion_linear.weight");
  architecture.sees_person = weights.metadata().contains("sees") && weights.metadata("sees") == "person";
  architecture.input_size = read_input_size(weights, architecture.input_size);
  architecture.crop = read_crop(weights);
  read_numbers(weights, "mean", architecture.mean);
  read_numbers(weights, "deviation", architecture.deviation);
  read_numbers(weights, "scale", architecture.scale);
  read_numbers(weights, "offset", architecture.offset);
  for (float deviation : architecture.deviation)
    if (!(deviation > 0)) throw InputError(weights.name() + ": metadata \"deviation\": expected three numbers above 0");
  check_controls(weights);
  return architecture;
}

std::map<std::string, std::string> architecture_metadata(const MappingArchitecture& architecture) {
  Json names = Json::array();
  for (const ControlSpec& spec : ControlTable::ameca().specs()) names.push_back(spec.name);
  return {{"network", "vividface mapping (M2)"},
          {"sees", architecture.sees_person ? "person" : "robot"},
          {"width", Json(architecture.base_channels / 64.0).dump()},
          {"input_size", std::to_string(architecture.input_size)},
          {"crop", Json({architecture.crop.left, architecture.crop.top, architecture.crop.side}).dump()},
          {"mean", Json(architecture.mean).dump()},
          {"deviation", Json(architecture.deviation).dump()},
          {"scale", Json(architecture.scale).dump()},
          {"offset", Json(architecture.offset).dump()},
          {"controls", names.dump()}};
}

}  // namespace vividface
