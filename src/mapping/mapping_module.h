#pragma once

#include <torch/nn.h>

#include <array>

#include "mapping/mapping_architecture.h"

// Includes torch's headers: for the parts that run or train networks by libtorch only.

namespace vividface {

/// M2 as a torch module, for training and for the GPU. Its state-dict keys are the published checkpoint's:
/// feature_extractor.{0,1,4.0.conv1,…} (the children of torchvision's ResNet in their order) and pos_pred_head.{0,2,4}.
class MappingModule : public torch::nn::Module {
 public:
  /// With motion inputs their units are 1 until set_motion_unit.
  explicit MappingModule(const MappingArchitecture& architecture);
  /// [motion_inputs], > 0: what the motion's values are divided by.
  void set_motion_unit(const torch::Tensor& unit);

  /// y becomes (1 − share)·y + share·(weight · motion in its units + bias): [30, motion_inputs], [30]. Only with
  /// motion_linear.
  void blend_linear(const torch::Tensor& weight, const torch::Tensor& bias, double share);

  /// y becomes keep · y + weight · motion in its units + bias: [30, 30], [30, motion_inputs], [30]. Only with
  /// motion_linear.
  void correct(const torch::Tensor& keep, const torch::Tensor& weight, const torch::Tensor& bias);

  /// Batch norms become part of the convolutions before them, in float64, for good: the network then runs, but is
  /// neither trained nor saved. Once only.
  void fold_norms();

  /// While it is trained the picture's layers calculate in bfloat16; parameters, statistics and head stay float. On a
  /// CPU only.
  void train_in_bfloat16() { bfloat16_ = true; }

  struct Output {
    torch::Tensor y;  ///< [n, 30], in the network's own unit (see MappingArchitecture)
    std::array<torch::Tensor, kMappingStages> features;  ///< pooled over the picture: [n, channels(stage)]; the last is
                                                         ///< what the head reads
  };
  /// `images` is [n, 3, N, N]: RGB, normalised by mean and deviation; `motion` [n, motion_inputs], not used without
  /// any.
  Output forward(const torch::Tensor& images, const torch::Tensor& motion = {});

  const MappingArchitecture& architecture() const { return architecture_; }

 private:
  std::array<torch::Tensor, kMappingStages> read_picture(const torch::Tensor& images);

  MappingArchitecture architecture_;
  bool bfloat16_ = false;
  torch::nn::Conv2d stem_{nullptr};
  torch::nn::BatchNorm2d stem_norm_{nullptr};
  std::array<torch::nn::Sequential, kMappingStages> stages_{nullptr, nullptr, nullptr, nullptr};
  torch::Tensor motion_unit_;                  ///< [motion_inputs]; a buffer, "motion_unit"
  torch::Tensor linear_weight_, linear_bias_;  ///< [30, motion_inputs], [30]; buffers, "motion_linear.…": not descended
  torch::nn::Sequential motion_branch_{nullptr}, head_{nullptr};
};

/// `rgb` [n, 3, N, N] in 0…255, any type, as MappingModule::forward wants it.
torch::Tensor normalised(const torch::Tensor& rgb, const MappingArchitecture& architecture);

}  // namespace vividface
