#include "train/mapping_loss.h"

#include <torch/torch.h>

namespace vividface {
namespace {

/// Weighted over the controls, mean over the pictures whose true controls the variant knows: the published one knows
/// those of I_x only.
torch::Tensor regression_loss(const MappingModule::Output& output, const Batch& batch, const MappingTraining& training,
                              const torch::Tensor& weights) {
  const auto n = training.variant == MappingVariant::supervised ? output.y.size(0) : batch.canonical_count;
  if (n == 0) return torch::zeros({}, output.y.options());
  return torch::huber_loss(output.y.narrow(0, 0, n), batch.controls.narrow(0, 0, n), at::Reduction::None,
                           training.huber)
      .mul(weights)
      .sum(1)
      .mean();
}

/// Eq. 4–6: the features of I_x and Ĩ are pulled together, with the gradient of Ĩ's, the adapted branch, stopped;
/// squared distance, mean over the pairs and a stage's pooled features, summed over the four stages.
torch::Tensor adaptation_loss(const MappingModule::Output& output, const Batch& batch) {
  auto loss = torch::zeros({}, output.y.options());
  if (batch.pair_canonical.numel() == 0) return loss;
  for (const auto& features : output.features) {
    const auto adapted = features.index_select(0, batch.pair_animated).detach();
    loss = loss + (features.index_select(0, batch.pair_canonical) - adapted).square().mean();
  }
  return loss;
}

}  // namespace

MappingLoss mapping_loss(const MappingModule::Output& output, const Batch& batch, const MappingTraining& training,
                         const torch::Tensor& weights) {
  MappingLoss loss{.total = regression_loss(output, batch, training, weights),
                   .adaptation = torch::zeros({}, output.y.options())};
  if (training.variant != MappingVariant::ix && training.adaptation > 0) {
    loss.adaptation = adaptation_loss(output, batch);
    loss.total = loss.total + training.adaptation * loss.adaptation;
  }
  return loss;
}

}  // namespace vividface
