#include "train/augmentation.h"

#include <torch/torch.h>

#include <numbers>
#include <vector>

#include "mapping/person_picture.h"

namespace vividface {
namespace {

namespace F = torch::nn::functional;

/// [n, 1, 1], uniform in centre ± spread.
torch::Tensor draw(const torch::Tensor& like, double centre, double spread) {
  return torch::rand({like.size(0), 1, 1}, like.options()).mul_(2 * spread).add_(centre - spread);
}

/// Small turns, zooms and shifts, in one resampling.
torch::Tensor move(const torch::Tensor& rgb, const Augmentation& a) {
  const auto angle = draw(rgb, 0, a.turn * std::numbers::pi / 180), zoom = draw(rgb, 1, a.zoom);
  const auto cosine = angle.cos() * zoom, sine = angle.sin() * zoom;
  const auto x = draw(rgb, 0, 2 * a.shift), y = draw(rgb, 0, 2 * a.shift);  // the picture spans 2 units
  const auto theta = torch::cat({torch::cat({cosine, -sine, x}, 2), torch::cat({sine, cosine, y}, 2)}, 1);
  const auto grid = F::affine_grid(theta, rgb.sizes(), /*align_corners=*/false);
  return F::grid_sample(
      rgb, grid, F::GridSampleFuncOptions().mode(torch::kBilinear).padding_mode(torch::kBorder).align_corners(false));
}

/// Brightness, contrast, saturation and hue as one affine map of the colours a picture. Hue turns about the grey axis.
torch::Tensor recolour(const torch::Tensor& rgb, double amount) {
  const auto options = rgb.options();
  const auto identity = torch::eye(3, options).unsqueeze(0);
  const auto luma = torch::tensor({0.299f, 0.587f, 0.114f}).to(rgb.device()).view({1, 1, 3}).expand({1, 3, 3});
  const float k = 0.57735027f;  // 1/√3, the grey axis
  const auto cross = torch::tensor({0.f, -k, k, k, 0.f, -k, -k, k, 0.f}).to(rgb.device()).view({1, 3, 3});
  const auto third = torch::full({1, 3, 3}, 1.f / 3, options);
  const auto angle = draw(rgb, 0, amount * 2 * std::numbers::pi);
  const auto turn = angle.cos() * identity + (1 - angle.cos()) * third + angle.sin() * cross;  // Rodrigues' formula
  const auto saturation = draw(rgb, 1, amount);
  const auto saturate = saturation * identity + (1 - saturation) * luma;
  const auto brightness = draw(rgb, 1, amount), contrast = draw(rgb, 1, amount);

  const auto n = rgb.size(0), side = rgb.size(2);
  const auto flat = rgb.reshape({n, 3, -1});
  const auto grey = flat.mean(2, /*keepdim=*/true).mul(luma.select(1, 0).unsqueeze(2)).sum(1, true);  // [n, 1, 1]
  const auto matrix = torch::bmm(turn, saturate) * (brightness * contrast);
  return torch::baddbmm(brightness * (1 - contrast) * grey, matrix, flat).view({n, 3, side, side});
}

torch::Tensor blur(const torch::Tensor& rgb, double amount) {
  const auto padded = F::pad(rgb, F::PadFuncOptions({1, 1, 1, 1}).mode(torch::kReplicate));
  // By sums: on a CPU a convolution of so few channels takes ten times as long.
  const auto along = [](const torch::Tensor& x, std::int64_t axis) {
    const auto side = x.size(axis) - 2;
    return (x.narrow(axis, 0, side) + x.narrow(axis, 2, side)).add_(x.narrow(axis, 1, side), 2).div_(4);
  };
  const auto soft = along(along(padded, 2), 3);
  // From sharpened to blurred, so that the middle is as it was.
  return rgb + draw(rgb, 0, amount).unsqueeze(3) * (soft - rgb);
}

/// [n, 1, N, N]: smooth over the picture, of its own strength for each.
torch::Tensor smooth_light(const torch::Tensor& pictures, double amount) {
  constexpr int kCells = 4;
  const auto n = pictures.size(0);
  const auto strength = torch::rand({n, 1, 1, 1}, pictures.options()).mul_(amount);
  const auto cells = torch::randn({n, 1, kCells, kCells}, pictures.options()) * strength;
  return F::interpolate(cells, F::InterpolateFuncOptions()
                                   .size(std::vector<std::int64_t>{pictures.size(2), pictures.size(3)})
                                   .mode(torch::kBilinear)
                                   .align_corners(false));
}

}  // namespace

torch::Tensor relight(const torch::Tensor& pictures, double amount) {
  torch::NoGradGuard no_grad;
  const auto common = smooth_light(pictures, amount), since = smooth_light(pictures, amount);
  const auto light = torch::cat({common, common + since, kPersonDifferenceGain * since}, 1);
  return (pictures + light).clamp(0, 1);
}

torch::Tensor augment(torch::Tensor rgb, const Augmentation& a) {
  torch::NoGradGuard no_grad;
  if (a.shift > 0 || a.zoom > 0 || a.turn > 0) rgb = move(rgb, a);
  if (a.blur > 0) rgb = blur(rgb, a.blur);
  if (a.colour > 0) rgb = recolour(rgb, a.colour);
  if (a.noise > 0)
    rgb = rgb + torch::randn_like(rgb) * torch::rand({rgb.size(0), 1, 1, 1}, rgb.options()).mul_(a.noise);
  return rgb.clamp(0, 1);
}

}  // namespace vividface
