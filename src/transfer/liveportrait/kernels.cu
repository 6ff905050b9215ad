#include <c10/cuda/CUDAStream.h>
#include <c10/cuda/CUDAException.h>
#include <cuda_fp16.h>
#include <torch/torch.h>

#include "transfer/liveportrait/kernels.h"

namespace vividface::liveportrait::kernels {
namespace {

constexpr int kLane = 8;         // channels a thread handles: one 16-byte access
constexpr int kThreads = 256;
constexpr int kMaxKeypoints = 32;

struct alignas(16) Half8 {
  __half2 pair[4];
};

__device__ inline void unpack(const Half8& packed, float (&values)[kLane]) {
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    const float2 two = __half22float2(packed.pair[i]);
    values[2 * i] = two.x;
    values[2 * i + 1] = two.y;
  }
}

__device__ inline Half8 pack(const float (&values)[kLane]) {
  Half8 packed;
#pragma unroll
  for (int i = 0; i < 4; ++i) packed.pair[i] = __floats2half2_rn(values[2 * i], values[2 * i + 1]);
  return packed;
}

const Half8* half8(const Tensor& t) { return reinterpret_cast<const Half8*>(t.data_ptr()); }
Half8* mutable_half8(const Tensor& t) { return reinterpret_cast<Half8*>(t.data_ptr()); }

Tensor picture_like(const Tensor& x, std::int64_t channels, std::int64_t height, std::int64_t width) {
  return torch::empty({1, channels, height, width}, x.options(), torch::MemoryFormat::ChannelsLast);
}

int blocks(std::int64_t work) { return static_cast<int>((work + kThreads - 1) / kThreads); }

// ---- moments -------------------------------------------------------------------------------------------------------

// Partial sums over a run of pixels. blockDim = (channel lanes, pixels side by side); gridDim = (lane groups, runs).
__global__ void partial_moments(const Half8* x, float* partial, int lanes, int pixels, int run) {
  const int lane = blockIdx.x * blockDim.x + threadIdx.x;
  const int begin = blockIdx.y * run, end = min(begin + run, pixels);
  float sum[kLane] = {}, square[kLane] = {};
  if (lane < lanes) {
    for (int p = begin + threadIdx.y; p < end; p += blockDim.y) {
      float v[kLane];
      unpack(x[static_cast<std::int64_t>(p) * lanes + lane], v);
#pragma unroll
      for (int i = 0; i < kLane; ++i) {
        sum[i] += v[i];
        square[i] += v[i] * v[i];
      }
    }
  }
  extern __shared__ float shared[];  // [y][x][16]
  float* mine = shared + (threadIdx.y * blockDim.x + threadIdx.x) * 2 * kLane;
#pragma unroll
  for (int i = 0; i < kLane; ++i) {
    mine[i] = sum[i];
    mine[kLane + i] = square[i];
  }
  __syncthreads();
  if (threadIdx.y != 0 || lane >= lanes) return;
  for (int y = 1; y < blockDim.y; ++y) {
    const float* other = shared + (y * blockDim.x + threadIdx.x) * 2 * kLane;
#pragma unroll
    for (int i = 0; i < 2 * kLane; ++i) mine[i] += other[i];
  }
  float* out = partial + (static_cast<std::int64_t>(blockIdx.y) * lanes + lane) * 2 * kLane;
#pragma unroll
  for (int i = 0; i < 2 * kLane; ++i) out[i] = mine[i];
}

// One warp a channel sums the runs in a fixed order: the same picture always gives the same moments.
__global__ void finish_moments(const float* partial, float* moments, int channels, int runs, float pixels, float eps) {
  const int channel = (blockIdx.x * blockDim.x + threadIdx.x) / 32, thread = threadIdx.x % 32;
  if (channel >= channels) return;
  const int lane = channel / kLane, i = channel % kLane, lanes = channels / kLane;
  float sum = 0, square = 0;
  for (int r = thread; r < runs; r += 32) {
    const float* in = partial + (static_cast<std::int64_t>(r) * lanes + lane) * 2 * kLane;
    sum += in[i];
    square += in[kLane + i];
  }
  for (int offset = 16; offset > 0; offset /= 2) {
    sum += __shfl_down_sync(~0u, sum, offset);
    square += __shfl_down_sync(~0u, square, offset);
  }
  if (thread != 0) return;
  const float mean = sum / pixels;
  moments[channel] = mean;
  moments[channels + channel] = rsqrtf(fmaxf(square / pixels - mean * mean, 0.f) + eps);
}

// ---- modulation ----------------------------------------------------------------------------------------------------

template <bool kBeta>
__global__ void modulate_kernel(const Half8* x, const float* moments, const Half8* gamma_beta, Half8* out, int lanes,
                                int height, int width, int shrink, float leak) {
  const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const std::int64_t total = static_cast<std::int64_t>(height) * width * lanes;
  if (index >= total) return;
  const int lane = static_cast<int>(index % lanes);
  const int pixel = static_cast<int>(index / lanes);
  const int row = (pixel / width) >> shrink, column = (pixel % width) >> shrink;
  float v[kLane], gamma[kLane], beta[kLane];
  unpack(x[static_cast<std::int64_t>(row * (width >> shrink) + column) * lanes + lane], v);
  const std::int64_t steer = static_cast<std::int64_t>(pixel) * lanes * (kBeta ? 2 : 1) + lane;
  unpack(gamma_beta[steer], gamma);
  if (kBeta) unpack(gamma_beta[steer + lanes], beta);
  const int channel = lane * kLane, channels = lanes * kLane;
#pragma unroll
  for (int i = 0; i < kLane; ++i) {
    float y = (v[i] - moments[channel + i]) * moments[channels + channel + i] * gamma[i];
    if (kBeta) {
      y += beta[i];
      y = y > 0 ? y : y * leak;
    }
    v[i] = y;
  }
  out[index] = pack(v);
}

__global__ void split_kernel(const Half8* all, Half8* out, int lanes, int maps, int height, int width, int in_width,
                             bool thirds) {
  const std::int64_t index = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const std::int64_t per_map = static_cast<std::int64_t>(height) * width * lanes;
  if (index >= per_map * maps) return;
  const int map = static_cast<int>(index / per_map);
  const std::int64_t rest = index % per_map;
  const int lane = static_cast<int>(rest % lanes), pixel = static_cast<int>(rest / lanes);
  int row = pixel / width, column = pixel % width;
  if (thirds) {
    row = row / 4 * 3 + (row % 4 + 1) / 2;
    column = column / 4 * 3 + (column % 4 + 1) / 2;
  }
  float v[kLane];
  unpack(all[(static_cast<std::int64_t>(row) * in_width + column) * lanes * maps + map * lanes + lane], v);
#pragma unroll
  for (int i = 0; i < kLane; ++i) v[i] = fmaxf(v[i], 0.f);
  out[index] = pack(v);
}

// ---- dense motion --------------------------------------------------------------------------------------------------

/// The centre of cell i of n on −1…1, first and last cell included.
__device__ inline float coordinate(int i, int n) { return 2.f * i / (n - 1) - 1.f; }

/// Corner cells and weights of a trilinear sample: grid_sample without align_corners, zeros outside.
struct Corners {
  int index[8];
  float weight[8];
};

__device__ inline Corners corners(float x, float y, float z, int depth, int height, int width) {
  const float fx = ((x + 1) * width - 1) / 2, fy = ((y + 1) * height - 1) / 2, fz = ((z + 1) * depth - 1) / 2;
  const float x0 = floorf(fx), y0 = floorf(fy), z0 = floorf(fz);
  Corners c;
#pragma unroll
  for (int i = 0; i < 8; ++i) {
    // Compared as floats: a coordinate far outside must not overflow an int.
    const float cx = x0 + (i & 1), cy = y0 + ((i >> 1) & 1), cz = z0 + (i >> 2);
    const bool inside = cx >= 0 && cx < width && cy >= 0 && cy < height && cz >= 0 && cz < depth;
    const float w = (1 - fabsf(fx - cx)) * (1 - fabsf(fy - cy)) * (1 - fabsf(fz - cz));
    c.index[i] = inside ? (static_cast<int>(cz) * height + static_cast<int>(cy)) * width + static_cast<int>(cx) : 0;
    c.weight[i] = inside ? w : 0.f;
  }
  return c;
}

__global__ void dense_motion_input_kernel(const float4* compressed, const float* source, const float* driven, __half* out,
                                          int keypoints, int depth, int height, int width, int channels, float falloff) {
  const int voxel = blockIdx.x * blockDim.x + threadIdx.x;
  const int k = blockIdx.y;  // 0: the background
  if (voxel >= depth * height * width) return;
  const float x = coordinate(voxel % width, width);
  const float y = coordinate(voxel / width % height, height);
  const float z = coordinate(voxel / (width * height), depth);
  float mx = 0, my = 0, mz = 0, heat = 0;
  if (k > 0) {
    const float* s = source + 3 * (k - 1);
    const float* d = driven + 3 * (k - 1);
    const auto squared = [&](const float* p) {
      return (x - p[0]) * (x - p[0]) + (y - p[1]) * (y - p[1]) + (z - p[2]) * (z - p[2]);
    };
    heat = expf(squared(d) * falloff) - expf(squared(s) * falloff);
    mx = s[0] - d[0];
    my = s[1] - d[1];
    mz = s[2] - d[2];
  }
  const Corners c = corners(x + mx, y + my, z + mz, depth, height, width);
  float4 v = {0, 0, 0, 0};
#pragma unroll
  for (int i = 0; i < 8; ++i) {
    const float4 cell = compressed[c.index[i]];
    v.x += c.weight[i] * cell.x;
    v.y += c.weight[i] * cell.y;
    v.z += c.weight[i] * cell.z;
    v.w += c.weight[i] * cell.w;
  }
  __half* cell = out + static_cast<std::int64_t>(voxel) * channels;
  __half* mine = cell + k * 5;
  mine[0] = __float2half(heat);
  mine[1] = __float2half(v.x);
  mine[2] = __float2half(v.y);
  mine[3] = __float2half(v.z);
  mine[4] = __float2half(v.w);
  if (k == keypoints) {
    for (int i = (keypoints + 1) * 5; i < channels; ++i) cell[i] = __float2half(0.f);
  }
}

__global__ void mask_to_deformation_kernel(const __half* taps, const float* bias, const float* source,
                                           const float* driven, float* deformation, int masks, int depth_taps, int depth,
                                           int height, int width, int channels) {
  const int voxel = blockIdx.x * blockDim.x + threadIdx.x;
  const int plane = height * width;
  if (voxel >= depth * plane) return;
  const int z = voxel / plane, pixel = voxel % plane;
  float logits[kMaxKeypoints];
  float top = -INFINITY;
  for (int k = 0; k < masks; ++k) {
    float sum = bias[k];
    for (int tap = 0; tap < depth_taps; ++tap) {
      const int slice = z + tap - depth_taps / 2;
      if (slice < 0 || slice >= depth) continue;
      sum += __half2float(taps[(static_cast<std::int64_t>(slice) * plane + pixel) * channels + tap * masks + k]);
    }
    logits[k] = sum;
    top = fmaxf(top, sum);
  }
  float total = 0, x = 0, y = 0, w = 0;
  for (int k = 0; k < masks; ++k) {
    const float e = expf(logits[k] - top);
    total += e;
    if (k == 0) continue;
    const float* s = source + 3 * (k - 1);
    const float* d = driven + 3 * (k - 1);
    x += e * (s[0] - d[0]);
    y += e * (s[1] - d[1]);
    w += e * (s[2] - d[2]);
  }
  float* out = deformation + 3 * static_cast<std::int64_t>(voxel);
  out[0] = coordinate(pixel % width, width) + x / total;
  out[1] = coordinate(pixel / width, height) + y / total;
  out[2] = coordinate(z, depth) + w / total;
}

__global__ void occlusion_kernel(const __half* taps, const float* bias, float* occlusion, int first, int depth, int plane,
                                 int channels) {
  const int pixel = blockIdx.x * blockDim.x + threadIdx.x;
  if (pixel >= plane) return;
  float sum = *bias;
  for (int z = 0; z < depth; ++z) {
    sum += __half2float(taps[(static_cast<std::int64_t>(z) * plane + pixel) * channels + first + z]);
  }
  occlusion[pixel] = 1 / (1 + expf(-sum));
}

__global__ void warp_volume_kernel(const Half8* volume, const float* deformation, __half* out, int lanes, int depth,
                                   int height, int width) {
  const int index = blockIdx.x * blockDim.x + threadIdx.x;
  const int plane = height * width;
  if (index >= depth * plane * lanes) return;
  const int lane = index % lanes, z = index / lanes % depth, pixel = index / (lanes * depth);
  const float* p = deformation + 3 * (static_cast<std::int64_t>(z) * plane + pixel);
  const Corners c = corners(p[0], p[1], p[2], depth, height, width);
  float sum[kLane] = {};
#pragma unroll
  for (int i = 0; i < 8; ++i) {
    float v[kLane];
    unpack(volume[static_cast<std::int64_t>(c.index[i]) * lanes + lane], v);
#pragma unroll
    for (int j = 0; j < kLane; ++j) sum[j] += c.weight[i] * v[j];
  }
  __half* target = out + static_cast<std::int64_t>(pixel) * lanes * kLane * depth + z;
#pragma unroll
  for (int j = 0; j < kLane; ++j) target[(lane * kLane + j) * depth] = __float2half(sum[j]);
}

}  // namespace

Tensor channel_moments(const Tensor& x, double eps) {
  const int channels = static_cast<int>(x.size(1)), lanes = channels / kLane;
  const int pixels = static_cast<int>(x.size(2) * x.size(3));
  const dim3 block(static_cast<unsigned>(std::min(lanes, 32)), static_cast<unsigned>(kThreads / std::min(lanes, 32)));
  const int lane_groups = (lanes + static_cast<int>(block.x) - 1) / static_cast<int>(block.x);
  const int runs = std::max(1, std::min(512 / lane_groups, pixels / static_cast<int>(block.y)));
  const int run = (pixels + runs - 1) / runs;
  const auto partial = torch::empty({runs, lanes, 2 * kLane}, x.options().dtype(torch::kFloat32));
  const auto moments = torch::empty({2, channels}, x.options().dtype(torch::kFloat32));
  const auto stream = c10::cuda::getCurrentCUDAStream();
  partial_moments<<<dim3(lane_groups, runs), block, kThreads * 2 * kLane * sizeof(float), stream>>>(
      half8(x), partial.data_ptr<float>(), lanes, pixels, run);
  finish_moments<<<blocks(channels * 32), kThreads, 0, stream>>>(partial.data_ptr<float>(), moments.data_ptr<float>(),
                                                                 channels, runs, static_cast<float>(pixels),
                                                                 static_cast<float>(eps));
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  return moments;
}

Tensor modulate(const Tensor& x, const Tensor& moments, const Tensor& gamma_beta, bool beta, double leak, bool x_is_half) {
  const int lanes = static_cast<int>(x.size(1)) / kLane;
  const int height = static_cast<int>(gamma_beta.size(2)), width = static_cast<int>(gamma_beta.size(3));
  const auto out = picture_like(x, x.size(1), height, width);
  const auto stream = c10::cuda::getCurrentCUDAStream();
  const auto launch = [&](auto kernel) {
    kernel<<<blocks(static_cast<std::int64_t>(height) * width * lanes), kThreads, 0, stream>>>(
        half8(x), moments.data_ptr<float>(), half8(gamma_beta), mutable_half8(out), lanes, height, width,
        x_is_half ? 1 : 0, static_cast<float>(leak));
  };
  beta ? launch(modulate_kernel<true>) : launch(modulate_kernel<false>);
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  return out;
}

std::vector<Tensor> split_hidden_maps(const Tensor& all, std::int64_t count, bool thirds) {
  const auto channels = all.size(1) / count;
  const auto height = thirds ? all.size(2) / 3 * 4 : all.size(2), width = thirds ? all.size(3) / 3 * 4 : all.size(3);
  const int lanes = static_cast<int>(channels) / kLane;
  const auto flat = torch::empty({count, height, width, channels}, all.options());
  split_kernel<<<blocks(flat.numel() / kLane), kThreads, 0, c10::cuda::getCurrentCUDAStream()>>>(
      half8(all), mutable_half8(flat), lanes, static_cast<int>(count), static_cast<int>(height), static_cast<int>(width),
      static_cast<int>(all.size(3)), thirds);
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  std::vector<Tensor> maps;
  for (std::int64_t i = 0; i < count; ++i) maps.push_back(flat.narrow(0, i, 1).permute({0, 3, 1, 2}));
  return maps;
}

Tensor dense_motion_input(const Tensor& compressed, const Tensor& source, const Tensor& driven, double variance,
                          std::int64_t channels) {
  const auto depth = compressed.size(2), height = compressed.size(3), width = compressed.size(4);
  const auto keypoints = driven.size(1);
  const auto out = torch::empty({1, channels, depth, height, width}, compressed.options().dtype(torch::kHalf),
                                torch::MemoryFormat::ChannelsLast3d);
  const dim3 grid(static_cast<unsigned>(blocks(depth * height * width)), static_cast<unsigned>(keypoints + 1));
  dense_motion_input_kernel<<<grid, kThreads, 0, c10::cuda::getCurrentCUDAStream()>>>(
      reinterpret_cast<const float4*>(compressed.data_ptr()), source.data_ptr<float>(), driven.data_ptr<float>(),
      reinterpret_cast<__half*>(out.data_ptr()), static_cast<int>(keypoints), static_cast<int>(depth),
      static_cast<int>(height), static_cast<int>(width), static_cast<int>(channels), static_cast<float>(-0.5 / variance));
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  return out;
}

Tensor mask_to_deformation(const Tensor& taps, const Tensor& mask_bias, const Tensor& source, const Tensor& driven,
                           std::int64_t depth_taps) {
  const auto depth = taps.size(0), channels = taps.size(1), height = taps.size(2), width = taps.size(3);
  const auto masks = mask_bias.numel();
  TORCH_CHECK(masks <= kMaxKeypoints, "at most ", kMaxKeypoints - 1, " keypoints, not ", masks - 1);
  const auto out = torch::empty({1, depth, height, width, 3}, source.options());
  mask_to_deformation_kernel<<<blocks(depth * height * width), kThreads, 0, c10::cuda::getCurrentCUDAStream()>>>(
      reinterpret_cast<const __half*>(taps.data_ptr()), mask_bias.data_ptr<float>(), source.data_ptr<float>(),
      driven.data_ptr<float>(), out.data_ptr<float>(), static_cast<int>(masks), static_cast<int>(depth_taps),
      static_cast<int>(depth), static_cast<int>(height), static_cast<int>(width), static_cast<int>(channels));
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  return out;
}

Tensor taps_to_occlusion(const Tensor& taps, const Tensor& bias, std::int64_t first_channel) {
  const auto plane = taps.size(2) * taps.size(3);
  const auto out = torch::empty({1, 1, taps.size(2), taps.size(3)}, bias.options());
  occlusion_kernel<<<blocks(plane), kThreads, 0, c10::cuda::getCurrentCUDAStream()>>>(
      reinterpret_cast<const __half*>(taps.data_ptr()), bias.data_ptr<float>(), out.data_ptr<float>(),
      static_cast<int>(first_channel), static_cast<int>(taps.size(0)), static_cast<int>(plane),
      static_cast<int>(taps.size(1)));
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  return out;
}

Tensor warp_volume(const Tensor& volume, const Tensor& deformation) {
  const auto channels = volume.size(1), depth = volume.size(2), height = volume.size(3), width = volume.size(4);
  const auto out = picture_like(volume, channels * depth, height, width);
  warp_volume_kernel<<<blocks(depth * height * width * channels / kLane), kThreads, 0, c10::cuda::getCurrentCUDAStream()>>>(
      half8(volume), deformation.data_ptr<float>(), reinterpret_cast<__half*>(out.data_ptr()),
      static_cast<int>(channels) / kLane, static_cast<int>(depth), static_cast<int>(height), static_cast<int>(width));
  C10_CUDA_KERNEL_LAUNCH_CHECK();
  return out;
}

}  // namespace vividface::liveportrait::kernels
