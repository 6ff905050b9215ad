#include "mapping/mapping_module.h"

#include <ATen/autocast_mode.h>
#include <torch/torch.h>

namespace vividface {
namespace {

namespace nn = torch::nn;

nn::Conv2d convolution(int in, int out, int kernel, int stride) {
  nn::Conv2d conv(nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2).bias(false));
  nn::init::kaiming_normal_(conv->weight, 0, torch::kFanOut, torch::kReLU);
  return conv;
}

/// The convolution and the norm after it, as it runs, as one convolution.
nn::Conv2d folded(const nn::Conv2dImpl& conv, const nn::BatchNorm2dImpl& norm) {
  const torch::NoGradGuard no_grad;
  const auto& o = conv.options;
  nn::Conv2d both(nn::Conv2dOptions(o.in_channels(), o.out_channels(), o.kernel_size())
                      .stride(o.stride())
                      .padding(o.padding())
                      .bias(true));
  const auto exact = [](const torch::Tensor& t) { return t.to(torch::kDouble); };
  const auto scale = exact(norm.weight) / (exact(norm.running_var) + norm.options.eps()).sqrt();
  both->to(conv.weight.device(), conv.weight.scalar_type());
  both->weight.copy_(exact(conv.weight) * scale.view({-1, 1, 1, 1}));
  both->bias.copy_(exact(norm.bias) - exact(norm.running_mean) * scale);
  return both;
}

/// Layers that allow for it calculate in bfloat16 as long as it lives, on a CPU.
class Bfloat16 {
 public:
  explicit Bfloat16(bool on) : on_(on) {
    if (!on_) return;
    at::autocast::set_cpu_enabled(true);
    at::autocast::set_autocast_cpu_dtype(torch::kBFloat16);
    at::autocast::increment_nesting();
  }
  ~Bfloat16() {
    if (!on_) return;
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();  // of the weights in bfloat16
    at::autocast::set_cpu_enabled(false);
  }
  Bfloat16(const Bfloat16&) = delete;
  Bfloat16& operator=(const Bfloat16&) = delete;

 private:
  bool on_;
};

struct BasicBlock : nn::Module {
  BasicBlock(int in, int out, int stride) {
    conv1 = register_module("conv1", convolution(in, out, 3, stride));
    bn1 = register_module("bn1", nn::BatchNorm2d(out));
    conv2 = register_module("conv2", convolution(out, out, 3, 1));
    bn2 = register_module("bn2", nn::BatchNorm2d(out));
    if (stride != 1 || in != out)
      downsample = register_module("downsample", nn::Sequential(convolution(in, out, 1, stride), nn::BatchNorm2d(out)));
  }

  torch::Tensor forward(const torch::Tensor& x) {
    auto y = conv1(x);
    y = conv2((bn1 ? bn1(y) : y).relu_());
    if (bn2) y = bn2(y);
    return y.add_(downsample ? downsample->forward(x) : x).relu_();
  }
  void fold_norms() {
    conv1 = replace_module("conv1", folded(*conv1, *bn1));
    conv2 = replace_module("conv2", folded(*conv2, *bn2));
    for (const char* norm : {"bn1", "bn2"}) unregister_module(norm);
    bn1 = bn2 = nullptr;
    if (!downsample) return;
    const auto shortcut = folded(*downsample->ptr(0)->as<nn::Conv2d>(), *downsample->ptr(1)->as<nn::BatchNorm2d>());
    downsample = replace_module("downsample", nn::Sequential(shortcut));
  }

  nn::Conv2d conv1{nullptr}, conv2{nullptr};
  nn::BatchNorm2d bn1{nullptr}, bn2{nullptr};
  nn::Sequential downsample{nullptr};
};

}  // namespace

MappingModule::MappingModule(const MappingArchitecture& architecture) : architecture_(architecture) {
  auto extractor = register_module("feature_extractor", std::make_shared<nn::Module>());
  int channels = architecture.base_channels;
  stem_ = extractor->register_module("0", convolution(3, channels, architecture.stem_kernel, 2));
  stem_norm_ = extractor->register_module("1", nn::BatchNorm2d(channels));
  // 2 and 3 are the ReLU and the pooling, which have no parameters.
  for (int stage = 0; stage < kMappingStages; ++stage) {
    nn::Sequential blocks;
    for (int block = 0; block < architecture.blocks[static_cast<std::size_t>(stage)]; ++block) {
      const int stride = stage > 0 && block == 0 ? 2 : 1;
      blocks->push_back(BasicBlock(channels, architecture.channels(stage), stride));
      channels = architecture.channels(stage);
    }
    stages_[static_cast<std::size_t>(stage)] = extractor->register_module(std::to_string(4 + stage), blocks);
  }
  if (architecture.motion_inputs > 0) {
    motion_unit_ = register_buffer("motion_unit", torch::ones({architecture.motion_inputs}));
    motion_branch_ = register_module("motion_branch",
                                     nn::Sequential(nn::Linear(architecture.motion_inputs, kMotionHidden), nn::ReLU(),
                                                    nn::Linear(kMotionHidden, kMotionFeatures), nn::ReLU()));
  }
  if (architecture.motion_linear) {
    auto linear = register_module("motion_linear", std::make_shared<nn::Module>());
    const auto controls = static_cast<std::int64_t>(kControlCount);
    linear_weight_ = linear->register_buffer("weight", torch::zeros({controls, architecture.motion_inputs}));
    linear_bias_ = linear->register_buffer("bias", torch::zeros({controls}));
  }
  head_ = register_module("pos_pred_head",
                          nn::Sequential(nn::Linear(architecture.head_inputs(), kMappingHidden), nn::ReLU(),
                                         nn::Linear(kMappingHidden, kMappingHidden), nn::ReLU(),
                                         nn::Linear(kMappingHidden, static_cast<int>(kControlCount))));
}

void MappingModule::set_motion_unit(const torch::Tensor& unit) {
  torch::NoGradGuard no_grad;
  motion_unit_.copy_(unit);
}

void MappingModule::blend_linear(const torch::Tensor& weight, const torch::Tensor& bias, double share) {
  torch::NoGradGuard no_grad;
  linear_weight_.mul_(1 - share).add_(weight, share);
  linear_bias_.mul_(1 - share).add_(bias, share);
  for (auto& parameter : head_->children().back()->parameters()) parameter.mul_(1 - share);
}

void MappingModule::correct(const torch::Tensor& keep, const torch::Tensor& weight, const torch::Tensor& bias) {
  torch::NoGradGuard no_grad;
  linear_weight_.copy_(keep.matmul(linear_weight_) + weight);
  linear_bias_.copy_(keep.matmul(linear_bias_) + bias);
  for (auto& parameter : head_->children().back()->parameters()) parameter.copy_(keep.matmul(parameter));
}

void MappingModule::fold_norms() {
  const auto extractor = named_children()["feature_extractor"];
  stem_ = extractor->replace_module("0", folded(*stem_, *stem_norm_));
  extractor->unregister_module("1");
  stem_norm_ = nullptr;
  for (const auto& stage : stages_)
    for (const auto& block : stage->children()) block->as<BasicBlock>()->fold_norms();
}

std::array<torch::Tensor, kMappingStages> MappingModule::read_picture(const torch::Tensor& images) {
  const Bfloat16 bfloat16(bfloat16_ && is_training());
  // On a CPU convolutions of such a layout take two thirds of the time.
  auto x = images.is_cpu() ? images.contiguous(torch::MemoryFormat::ChannelsLast) : images;
  x = stem_(x);
  x = (stem_norm_ ? stem_norm_(x) : x).relu_();
  x = torch::max_pool2d(x, /*kernel_size=*/3, /*stride=*/2, /*padding=*/1);
  // Under autocast the pictures' layers calculate in 16 bits and the head in its parameters' own type.
  const auto type = stem_->weight.scalar_type();
  std::array<torch::Tensor, kMappingStages> features;
  for (std::size_t stage = 0; stage < kMappingStages; ++stage) {
    x = stages_[stage]->forward(x);
    features[stage] = x.mean({2, 3}).to(type);
  }
  return features;
}

MappingModule::Output MappingModule::forward(const torch::Tensor& images, const torch::Tensor& motion) {
  Output output;
  output.features = read_picture(images);
  torch::Tensor seen = output.features.back(), moved;
  if (motion_branch_) {
    moved = motion / motion_unit_;
    seen = torch::cat({seen, motion_branch_->forward(moved)}, 1);
  }
  output.y = head_->forward(seen);
  if (linear_weight_.defined()) output.y = output.y + torch::linear(moved, linear_weight_, linear_bias_);
  return output;
}

torch::Tensor normalised(const torch::Tensor& rgb, const MappingArchitecture& architecture) {
  auto channelwise = [&](const std::array<float, 3>& values) {
    return torch::tensor({values[0], values[1], values[2]}).mul(255).view({1, 3, 1, 1}).to(rgb.device());
  };
  return (rgb.to(torch::kFloat) - channelwise(architecture.mean)) / channelwise(architecture.deviation);
}

}  // namespace vividface
