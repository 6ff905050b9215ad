#include "transfer/liveportrait/spade_ops.h"

#include <torch/torch.h>

#ifdef VIVIDFACE_CUDA
#include "transfer/liveportrait/kernels.h"
#endif

namespace vividface::liveportrait {
namespace {

constexpr double kInstanceNormEps = 1e-5;

#ifdef VIVIDFACE_CUDA
/// Whether the own kernels take this tensor.
bool has_kernel(const Tensor& x) {
  return x.is_cuda() && x.scalar_type() == torch::kHalf && x.size(1) % 8 == 0 &&
         x.is_contiguous(torch::MemoryFormat::ChannelsLast);
}
#endif

Tensor normalized(const Tensor& x, const Tensor& moments, bool x_is_half) {
  const auto mean = moments[0].view({1, -1, 1, 1}), rstd = moments[1].view({1, -1, 1, 1});
  auto y = ((x - mean) * rstd).to(x.scalar_type());
  if (x_is_half) y = torch::upsample_nearest2d(y, {x.size(2) * 2, x.size(3) * 2});
  return y;
}

}  // namespace

Tensor channel_moments(const Tensor& x) {
#ifdef VIVIDFACE_CUDA
  if (has_kernel(x)) return kernels::channel_moments(x, kInstanceNormEps);
#endif
  const auto wide = x.scalar_type() == torch::kHalf ? x.to(torch::kFloat32) : x;
  const auto [variance, mean] = torch::var_mean(wide, torch::IntArrayRef{2, 3}, /*unbiased=*/false);
  return torch::stack({mean[0], torch::rsqrt(variance[0] + kInstanceNormEps)});
}

Tensor modulate(const Tensor& x, const Tensor& moments, const Tensor& gamma_beta, double leak, bool x_is_half) {
#ifdef VIVIDFACE_CUDA
  if (has_kernel(x) && has_kernel(gamma_beta)) return kernels::modulate(x, moments, gamma_beta, true, leak, x_is_half);
#endif
  const auto channels = x.size(1);
  auto y = normalized(x, moments, x_is_half);
  y = torch::addcmul(gamma_beta.narrow(1, channels, channels), y, gamma_beta.narrow(1, 0, channels));
  return torch::leaky_relu_(y, leak);
}

Tensor scale_normalized(const Tensor& x, const Tensor& moments, const Tensor& gamma, bool x_is_half) {
#ifdef VIVIDFACE_CUDA
  if (has_kernel(x) && has_kernel(gamma)) return kernels::modulate(x, moments, gamma, false, 1, x_is_half);
#endif
  return normalized(x, moments, x_is_half).mul_(gamma);
}

std::vector<Tensor> split_hidden_maps(const Tensor& all, std::int64_t count, bool thirds) {
#ifdef VIVIDFACE_CUDA
  if (has_kernel(all) && all.size(1) / count % 8 == 0) return kernels::split_hidden_maps(all, count, thirds);
#endif
  const auto indices = [&](std::int64_t cells) {
    const auto i = torch::arange(cells / 3 * 4, all.options().dtype(torch::kLong));
    return torch::div(i, 4, "floor") * 3 + torch::div(i % 4 + 1, 2, "floor");  // 0,1,1,2 of each four
  };
  std::vector<Tensor> maps;
  for (const auto& map : torch::relu(all).split(all.size(1) / count, 1)) {
    maps.push_back(thirds ? map.index_select(2, indices(map.size(2))).index_select(3, indices(map.size(3)))
                          : map.contiguous(map.suggest_memory_format()));
  }
  return maps;
}

}  // namespace vividface::liveportrait
