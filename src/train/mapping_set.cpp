#include "train/mapping_set.h"

#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <memory>
#include <set>

#include "base/error.h"
#include "checkpoint/safetensors.h"
#include "mapping/person_picture.h"
#include "train/dataset_index.h"

namespace vividface {
namespace {

constexpr int kMaxPicture = 4096;
constexpr std::uintmax_t kMaxFile = 64 << 20;

std::filesystem::path existing(const std::filesystem::path& file) {
  std::error_code error;  // of a name that no file can have: longer than 255 bytes
  return std::filesystem::exists(file, error) ? file : std::filesystem::path();
}

/// The pictures in which the animation found no face, by file name.
std::set<std::string> read_without_face(const std::filesystem::path& folder) {
  std::set<std::string> names;
  std::ifstream in(folder / "animated" / "without_face.txt");
  for (std::string name; std::getline(in, name);) {
    if (name.ends_with('\r')) name.pop_back();
    if (!name.empty()) names.insert(name);
  }
  return names;
}

std::string index_of(const std::filesystem::path& folder) { return (folder / "index.csv").string(); }

std::vector<MappingSample> with_pictures(std::vector<IndexRow> rows, const std::filesystem::path& folder) {
  const auto without_face = read_without_face(folder);
  std::vector<MappingSample> samples;
  for (IndexRow& row : rows) {
    const std::string name = std::filesystem::path(row.picture).stem().string() + ".jpg";
    MappingSample sample{
        .canonical = existing(folder / "canonical" / name),
        .animated = existing(folder / "animated" / name),
        .motion = existing(folder / "motion" / std::filesystem::path(name).replace_extension(".safetensors")),
        .person = existing(folder / "person" / name),
        .controls = row.controls,
        .split = std::move(row.split)};
    if (sample.canonical.empty() && sample.animated.empty()) {
      if (without_face.contains(name)) continue;
      throw InputError(index_of(folder) + ": line " + std::to_string(row.line) + ": expected a picture canonical/" +
                       name + " or animated/" + name + ", found neither");
    }
    samples.push_back(std::move(sample));
  }
  if (samples.empty()) throw InputError(index_of(folder) + ": expected rows with pictures, found none");
  return samples;
}

struct Decompressor {
  tjhandle handle = tjInitDecompress();
  ~Decompressor() { tjDestroy(handle); }
};

/// One axis of a shrink: for each target index the first source index and the weights from there on, summing to 1.
struct Tap {
  int first;
  std::vector<float> weights;
};

/// Between the two pixels that are nearest to the target pixel's middle (OpenCV's INTER_LINEAR).
std::vector<Tap> linear_taps(int from, int to) {
  std::vector<Tap> taps;
  const double step = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    const double middle = (i + 0.5) * step - 0.5;  // never under 0 where `from` >= `to`
    const int first = std::min(static_cast<int>(middle), from - 2);
    const auto second = static_cast<float>(middle - first);
    taps.push_back({first, {1 - second, second}});
  }
  return taps;
}

/// The mean of the source's area that the target pixel covers (OpenCV's INTER_AREA).
std::vector<Tap> area_taps(int from, int to) {
  std::vector<Tap> taps(static_cast<std::size_t>(to));
  const double step = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    const double begin = i * step, end = std::min<double>((i + 1) * step, from);
    Tap& tap = taps[static_cast<std::size_t>(i)];
    tap.first = static_cast<int>(begin);
    for (int s = tap.first; s < end; ++s)
      tap.weights.push_back(
          static_cast<float>((std::min<double>(s + 1, end) - std::max<double>(s, begin)) / (end - begin)));
  }
  return taps;
}

struct Decoded {
  int width = 0;
  SquarePicture rgb;
};

/// A JPEG's pixels; `check` throws for a size that is not to be decoded.
Decoded decode(const std::filesystem::path& jpeg, const std::function<void(int width, int height)>& check) {
  std::error_code error;
  const auto bytes = std::filesystem::file_size(jpeg, error);
  std::ifstream in(jpeg, std::ios::binary);
  if (error || !in || bytes > kMaxFile) throw InputError(jpeg.string() + ": expected a JPEG, cannot be read");
  std::vector<unsigned char> data(bytes);
  in.read(reinterpret_cast<char*>(data.data()), static_cast<std::streamsize>(bytes));

  thread_local Decompressor decompressor;
  Decoded picture;
  int height = 0, subsampling = 0, colours = 0;
  if (tjDecompressHeader3(decompressor.handle, data.data(), data.size(), &picture.width, &height, &subsampling,
                          &colours) != 0)
    throw InputError(jpeg.string() + ": expected a JPEG: " + tjGetErrorStr2(decompressor.handle));
  check(picture.width, height);
  picture.rgb.resize(static_cast<std::size_t>(picture.width) * height * 3);
  if (tjDecompress2(decompressor.handle, data.data(), data.size(), picture.rgb.data(), picture.width, 0, height,
                    TJPF_RGB, TJFLAG_STOPONWARNING) != 0)
    throw InputError(jpeg.string() + ": damaged JPEG: " + tjGetErrorStr2(decompressor.handle));
  return picture;
}

}  // namespace

std::vector<MappingSample> read_mapping_set(const std::filesystem::path& folder) {
  return with_pictures(read_dataset_index(folder), folder);
}

std::vector<MappingSample> parse_mapping_set(std::istream& in, const std::filesystem::path& folder) {
  return with_pictures(parse_dataset_index(in, index_of(folder)), folder);
}

std::vector<float> load_motion(const std::filesystem::path& safetensors) {
  std::vector<float> motion = Safetensors::read(safetensors).floats("motion");
  if (!std::ranges::all_of(motion, [](float value) { return std::isfinite(value); }))
    throw InputError(safetensors.string() + ": expected finite numbers");
  return motion;
}

SquarePicture load_square_picture(const std::filesystem::path& jpeg, int size, const PictureCrop& crop) {
  auto [width, rgb] = decode(jpeg, [&](int wide, int high) {
    if (wide == high && crop.pixels(wide).side >= size && wide <= kMaxPicture) return;
    throw InputError(jpeg.string() + ": expected a square picture of " +
                     std::to_string(static_cast<int>(std::ceil(static_cast<float>(size) / crop.side))) + " to " +
                     std::to_string(kMaxPicture) + " pixels, found " + std::to_string(wide) + " x " +
                     std::to_string(high));
  });
  const auto [left, top, side] = crop.pixels(width);
  // Cut in place: rows move up and to the left, never over what is still to be read.
  for (int y = 0; side < width && y < side; ++y) {
    const auto row = rgb.begin() + (static_cast<std::ptrdiff_t>(top + y) * width + left) * 3;
    std::copy(row, row + static_cast<std::ptrdiff_t>(side) * 3,
              rgb.begin() + static_cast<std::ptrdiff_t>(y) * side * 3);
  }
  return shrink(rgb, side, size);
}

SquarePicture load_person_picture(const std::filesystem::path& jpeg) {
  const auto [width, rgb] = decode(jpeg, [&](int wide, int high) {
    if (wide == kPersonSide && high == 2 * kPersonSide) return;
    throw InputError(jpeg.string() + ": expected a person's face at rest above the same now, " +
                     std::to_string(kPersonSide) + " x " + std::to_string(2 * kPersonSide) + ", found " +
                     std::to_string(wide) + " x " + std::to_string(high) +
                     "; of an earlier version: delete animated/, motion/ and person/ and animate the set again");
  });
  std::vector<std::uint8_t> grey(rgb.size() / 3);
  for (std::size_t i = 0; i < grey.size(); ++i) grey[i] = rgb[3 * i];  // its channels are alike
  SquarePicture picture(static_cast<std::size_t>(kPersonSide) * kPersonSide * 3);
  person_picture(grey, picture);
  return picture;
}

SquarePicture shrink(const SquarePicture& rgb, int from, int to) {
  if (from == to) return rgb;
  const auto taps = from < 2 * to ? linear_taps(from, to) : area_taps(from, to);
  const auto width = static_cast<std::size_t>(to) * 3;
  std::vector<float> sum(width);
  SquarePicture out(static_cast<std::size_t>(to) * width);
  std::uint8_t* next = out.data();
  for (const Tap& vertical : taps) {
    std::fill(sum.begin(), sum.end(), 0.f);
    for (std::size_t dy = 0; dy < vertical.weights.size(); ++dy) {
      const std::uint8_t* source = rgb.data() + (vertical.first + dy) * static_cast<std::size_t>(from) * 3;
      float* target = sum.data();
      for (const Tap& horizontal : taps) {
        float pixel[3] = {0, 0, 0};
        const std::uint8_t* s = source + horizontal.first * 3;
        for (float weight : horizontal.weights)
          for (float& channel : pixel) channel += weight * static_cast<float>(*s++);
        for (float channel : pixel) *target++ += vertical.weights[dy] * channel;
      }
    }
    for (float value : sum) *next++ = static_cast<std::uint8_t>(std::clamp(value + 0.5f, 0.f, 255.f));
  }
  return out;
}

}  // namespace vividface
