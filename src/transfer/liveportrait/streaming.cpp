#include "transfer/liveportrait/streaming.h"

#include <torch/torch.h>

#ifdef VIVIDFACE_CUDA
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#endif

#include <utility>

namespace vividface::liveportrait {
namespace {

Tensor rotation(const ImplicitMotion& m) {
  return rotation_matrix(bins_to_degrees(m.pitch), bins_to_degrees(m.yaw), bins_to_degrees(m.roll));
}

ImplicitMotion copy(const ImplicitMotion& m) {
  return {m.pitch.clone(),      m.yaw.clone(),   m.roll.clone(),     m.translation.clone(),
          m.expression.clone(), m.scale.clone(), m.canonical.clone()};
}

}  // namespace

Networks::Networks(const std::map<char, Weights>& checkpoints, const Placement& p)
    : appearance(checkpoints.at('F'), p),
      motion(checkpoints.at('M'), {p.device, torch::kFloat32, false}),
      warping(checkpoints.at('W'), p),
      generator(checkpoints.at('G'), p),
      stitching(checkpoints.at('S'), {p.device, torch::kFloat32, false}),
      place(p) {}

Tensor relative_keypoints(const ImplicitMotion& source, const ImplicitMotion& reference,
                          const ImplicitMotion& driving) {
  const auto turned = rotation(driving).matmul(rotation(reference).transpose(1, 2)).matmul(rotation(source));
  const auto expression = source.expression + driving.expression - reference.expression;
  const auto scale = source.scale * (driving.scale / reference.scale);
  const auto shift = source.translation + driving.translation - reference.translation;
  const auto shift_xy = torch::constant_pad_nd(shift.narrow(1, 0, 2), {0, 1});
  return scale.unsqueeze(2) * (source.canonical.matmul(turned) + expression) + shift_xy.unsqueeze(1);
}

struct Streaming::Graph {
#ifdef VIVIDFACE_CUDA
  at::cuda::CUDAGraph graph;
  c10::cuda::CUDAStream stream = c10::cuda::getStreamFromPool();
#endif
};

Streaming::Streaming(std::shared_ptr<const Networks> networks, const Tensor& source, Mapping mapping)
    : networks_(std::move(networks)), mapping_(std::move(mapping)) {
  const torch::InferenceMode inference;
  const auto picture = source.to(networks_->place.device, torch::kFloat32);
  source_motion_ = networks_->motion(picture);
  source_ = networks_->warping.prepare(networks_->appearance(networks_->place(picture)), keypoints(source_motion_));
  input_ =
      torch::empty({1, 3, source.size(2), source.size(3)}, torch::dtype(torch::kUInt8).device(networks_->place.device));
}

Streaming::~Streaming() = default;

Tensor Streaming::upload(const Tensor& picture) {
  input_.copy_(picture, /*non_blocking=*/true);
  return input_.to(torch::kFloat32).div_(255);
}

void Streaming::set_reference(const Tensor& picture) {
  const torch::InferenceMode inference;
  auto motion = copy(networks_->motion(upload(picture)));
  if (!reference_.scale.defined()) {
    reference_ = std::move(motion);
    return;
  }
  // The captured graph reads these very buffers.
  const auto assign = [](Tensor& to, const Tensor& from) { to.copy_(from); };
  assign(reference_.pitch, motion.pitch);
  assign(reference_.yaw, motion.yaw);
  assign(reference_.roll, motion.roll);
  assign(reference_.translation, motion.translation);
  assign(reference_.expression, motion.expression);
  assign(reference_.scale, motion.scale);
  assign(reference_.canonical, motion.canonical);
}

void Streaming::compute() {
  frame_.motion = networks_->motion(input_.to(torch::kFloat32).div_(255));
  frame_.driven = relative_keypoints(source_motion_, reference_, frame_.motion);
  frame_.stitched = networks_->stitching(source_.keypoints, frame_.driven);
  frame_.warped = networks_->warping(source_, frame_.stitched);
  frame_.picture = networks_->generator(frame_.warped.features);
  if (mapping_) frame_.controls = mapping_(frame_.picture);
}

const StreamedFrame& Streaming::step(const Tensor& picture) {
  const torch::InferenceMode inference;
#ifdef VIVIDFACE_CUDA
  if (networks_->place.device.is_cuda()) {
    if (!graph_) {
      graph_ = std::make_unique<Graph>();
      const c10::cuda::CUDAStreamGuard guard(graph_->stream);
      input_.copy_(picture);
      constexpr int kWarmUpFrames =
          3;  // lets the libraries choose kernels and take their workspaces before the capture
      for (int i = 0; i < kWarmUpFrames; ++i) compute();
      graph_->stream.synchronize();
      graph_->graph.capture_begin();
      compute();
      graph_->graph.capture_end();
    }
    const c10::cuda::CUDAStreamGuard guard(graph_->stream);
    input_.copy_(picture, /*non_blocking=*/true);
    graph_->graph.replay();
    return frame_;
  }
#endif
  input_.copy_(picture);
  compute();
  return frame_;
}

}  // namespace vividface::liveportrait
