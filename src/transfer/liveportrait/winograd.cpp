#include "transfer/liveportrait/winograd.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace vividface::liveportrait {
namespace {

using torch::Tensor;

constexpr int kTile = 4, kPatch = 6;  // a patch of 6×6 inputs makes a tile of 4×4 outputs
constexpr int kLanes = 16;            // tiles of a row that are transformed side by side
constexpr std::int64_t kChunk = 512;  // tiles that are multiplied at once: what lies between stays in the cache

using Lanes = std::array<float, kLanes>;
template <int rows, int columns>
using Block = std::array<std::array<Lanes, columns>, rows>;

// Compiled for the widest registers there are, chosen when the program starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define VIVIDFACE_WIDEST __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VIVIDFACE_WIDEST
#endif

/// Bᵀ d.
VIVIDFACE_WIDEST void transform_input(const std::array<const Lanes*, kPatch>& d,
                                      const std::array<Lanes*, kPatch>& out) {
  for (int l = 0; l < kLanes; ++l) {
    const float d0 = (*d[0])[l], d1 = (*d[1])[l], d2 = (*d[2])[l], d3 = (*d[3])[l], d4 = (*d[4])[l], d5 = (*d[5])[l];
    (*out[0])[l] = 4 * d0 - 5 * d2 + d4;
    (*out[1])[l] = d4 + d3 - 4 * (d2 + d1);
    (*out[2])[l] = d4 - d3 - 4 * (d2 - d1);
    (*out[3])[l] = d4 - d2 + 2 * (d3 - d1);
    (*out[4])[l] = d4 - d2 - 2 * (d3 - d1);
    (*out[5])[l] = 4 * d1 - 5 * d3 + d5;
  }
}

/// Aᵀ m.
VIVIDFACE_WIDEST void transform_output(const std::array<const Lanes*, kPatch>& m,
                                       const std::array<Lanes*, kTile>& out) {
  for (int l = 0; l < kLanes; ++l) {
    const float sum = (*m[1])[l] + (*m[2])[l], difference = (*m[1])[l] - (*m[2])[l];
    const float far_sum = (*m[3])[l] + (*m[4])[l], far_difference = (*m[3])[l] - (*m[4])[l];
    (*out[0])[l] = (*m[0])[l] + sum + far_sum;
    (*out[1])[l] = difference + 2 * far_difference;
    (*out[2])[l] = sum + 4 * far_sum;
    (*out[3])[l] = difference + 8 * far_difference + (*m[5])[l];
  }
}

template <typename B, std::size_t... i>
auto column(B& block, int x, std::index_sequence<i...>) {
  return std::array{&block[i][x]...};
}
template <typename B, std::size_t... i>
auto row(B& block, int y, std::index_sequence<i...>) {
  return std::array{&block[y][i]...};
}
constexpr auto kOfPatch = std::make_index_sequence<kPatch>();
constexpr auto kOfTile = std::make_index_sequence<kTile>();

template <typename T>
std::array<const Lanes*, kPatch> read_only(const std::array<T*, kPatch>& lanes) {
  return {lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5]};
}

/// Of one picture and its tiles.
struct Tiling {
  std::int64_t height, width, across;  ///< pixels, pixels, tiles

  /// The patches of `count` tiles of tile row `y` from tile `x` on; around the picture are zeros.
  void read(const float* picture, std::int64_t y, std::int64_t x, std::int64_t count,
            Block<kPatch, kPatch>& out) const {
    for (int r = 0; r < kPatch; ++r) {
      const std::int64_t from = y * kTile - 1 + r;
      std::array<float, kLanes* kTile + 2> pixels = {};
      if (from >= 0 && from < height) {
        const std::int64_t first = x * kTile - 1, begin = std::max<std::int64_t>(first, 0),
                           end = std::min(first + count * kTile + 2, width);
        std::copy(picture + from * width + begin, picture + from * width + end, pixels.begin() + (begin - first));
      }
      for (int s = 0; s < kPatch; ++s)
        for (int l = 0; l < kLanes; ++l) out[r][s][l] = s + l * kTile < std::ssize(pixels) ? pixels[s + l * kTile] : 0;
    }
  }

  void write(const Block<kTile, kTile>& tiles, float bias, std::int64_t y, std::int64_t x, std::int64_t count,
             float* picture) const {
    for (int r = 0; r < kTile; ++r) {
      float* out = picture + (y * kTile + r) * width + x * kTile;
      for (std::int64_t l = 0; l < count; ++l)
        for (int s = 0; s < kTile; ++s) *out++ = tiles[r][s][l] + bias;
    }
  }

  /// Calls visit(tile row, first tile, how many, index in the chunk) for up to kLanes tiles of a row at a time.
  template <typename Visit>
  void for_each_run(std::int64_t first, std::int64_t count, const Visit& visit) const {
    for (std::int64_t done = 0; done < count;) {
      const std::int64_t y = (first + done) / across, x = (first + done) % across;
      const std::int64_t run = std::min({std::int64_t{kLanes}, across - x, count - done});
      visit(y, x, run, done);
      done += run;
    }
  }
};

}  // namespace

Tensor winograd_weight(const Tensor& weight) {
  const auto g = torch::tensor({{1 / 4., 0., 0.},
                                {-1 / 6., -1 / 6., -1 / 6.},
                                {-1 / 6., 1 / 6., -1 / 6.},
                                {1 / 24., 1 / 12., 1 / 6.},
                                {1 / 24., -1 / 12., 1 / 6.},
                                {0., 0., 1.}},
                               torch::kFloat64);
  const auto transformed = torch::matmul(torch::matmul(g, weight.to(torch::kFloat64)), g.t());  // [K, C, 6, 6]
  return transformed.permute({2, 3, 0, 1}).flatten(0, 1).to(torch::kFloat32).contiguous();
}

bool takes_winograd(const Tensor& x) {
  return x.dim() == 4 && x.is_cpu() && x.scalar_type() == torch::kFloat32 && x.size(2) % kTile == 0 &&
         x.size(3) % kTile == 0;
}

Tensor winograd_conv(const Tensor& x, const Tensor& transformed, const Tensor& bias) {
  const auto outputs = transformed.size(1), inputs = transformed.size(2);
  TORCH_CHECK(x.dim() == 4 && x.size(1) == inputs, "winograd_conv: expected ", inputs, " channels, found ", x.sizes());
  const Tiling tiling{x.size(2), x.size(3), x.size(3) / kTile};
  const auto tiles = x.size(2) / kTile * tiling.across, area = x.size(2) * x.size(3);
  const Tensor pictures = x.contiguous();
  Tensor result = torch::empty({x.size(0), outputs, x.size(2), x.size(3)}, x.options());
  const float* const biases = bias.defined() ? bias.data_ptr<float>() : nullptr;

  for (std::int64_t n = 0; n < x.size(0); ++n) {
    for (std::int64_t first = 0; first < tiles; first += kChunk) {
      const auto count = std::min(kChunk, tiles - first);
      Tensor patches = torch::empty({kPatch * kPatch, inputs, count}, x.options());
      at::parallel_for(0, inputs, 1, [&, n, first](std::int64_t begin, std::int64_t end) {
        Block<kPatch, kPatch> patch, half, done;
        for (std::int64_t c = begin; c < end; ++c) {
          const float* picture = pictures.data_ptr<float>() + (n * inputs + c) * area;
          float* out = patches.data_ptr<float>() + c * count;
          tiling.for_each_run(first, count, [&](auto ty, auto tx, auto run, auto at) {
            tiling.read(picture, ty, tx, run, patch);
            for (int s = 0; s < kPatch; ++s)
              transform_input(read_only(column(patch, s, kOfPatch)), column(half, s, kOfPatch));
            for (int r = 0; r < kPatch; ++r) {
              transform_input(read_only(row(half, r, kOfPatch)), row(done, r, kOfPatch));
              for (int s = 0; s < kPatch; ++s)
                std::copy_n(done[r][s].begin(), run, out + (r * kPatch + s) * inputs * count + at);
            }
          });
        }
      });
      const Tensor products = torch::bmm(transformed, patches);  // [36, K, tiles]
      at::parallel_for(0, outputs, 1, [&, n, first](std::int64_t begin, std::int64_t end) {
        Block<kPatch, kPatch> product = {};
        Block<kTile, kPatch> half;
        Block<kTile, kTile> done;
        for (std::int64_t k = begin; k < end; ++k) {
          const float* from = products.data_ptr<float>() + k * count;
          float* picture = result.data_ptr<float>() + (n * outputs + k) * area;
          tiling.for_each_run(first, count, [&](auto ty, auto tx, auto run, auto at) {
            for (int r = 0; r < kPatch; ++r)
              for (int s = 0; s < kPatch; ++s)
                std::copy_n(from + (r * kPatch + s) * outputs * count + at, run, product[r][s].begin());
            for (int s = 0; s < kPatch; ++s)
              transform_output(read_only(column(product, s, kOfPatch)), column(half, s, kOfTile));
            for (int r = 0; r < kTile; ++r) transform_output(read_only(row(half, r, kOfPatch)), row(done, r, kOfTile));
            tiling.write(done, biases == nullptr ? 0 : biases[k], ty, tx, run, picture);
          });
        }
      });
    }
  }
  return result;
}

}  // namespace vividface::liveportrait
