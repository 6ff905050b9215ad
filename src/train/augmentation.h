#pragma once

#include <torch/types.h>

namespace vividface {

/// How far training pictures are varied. Everything is drawn anew for every picture and runs where the pictures are.
/// The movements are small: canonical pictures are aligned, and a few pixels are what tells expressions apart.
struct Augmentation {
  double colour = 0.2;  ///< brightness, contrast and saturation by a factor 1 ± this, hue by ± this turn
  double shift = 0.01;  ///< ± this part of the picture's side
  double zoom = 0.015;  ///< 1 ± this
  double turn = 0.7;    ///< ± degrees
  double blur = 0.5;    ///< up to this blend with a 3 × 3 binomial blur
  double noise = 0.02;  ///< up to this standard deviation, of the range 0…1
};

/// `rgb` [n, 3, N, N] in 0…1, varied; the result is in 0…1 too. Random numbers come from torch's own generator.
torch::Tensor augment(torch::Tensor rgb, const Augmentation& augmentation);

/// `pictures` [n, 3, N, N] of person_picture in 0…1, in other light: a smooth one that both faces share, and one that
/// came since the face at rest, each of up to `amount` (standard deviation).
torch::Tensor relight(const torch::Tensor& pictures, double amount);

}  // namespace vividface
