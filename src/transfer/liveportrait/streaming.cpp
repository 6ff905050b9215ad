#include "transfer/liveportrait/streaming.h"

#include <torch/torch.h>

#ifdef VIVIDFACE_CUDA
#include <ATen/cuda/CUDAEvent.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#endif

#include <algorithm>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "base/error.h"

namespace vividface::liveportrait {
namespace {

/// Where two networks must agree on a number.
void check_fit(const Weights& weights, std::int64_t found, const Weights& others, std::int64_t expected,
               const std::string& what) {
  if (found == expected) return;
  throw InputError(weights.name() + ": expected " + std::to_string(expected) + " " + what + " as in " + others.name() +
                   ", found " + std::to_string(found) + "; are they of one training?");
}

/// [1, 3, H, W] in 0…1, RGB → [H, W, 3] uint8, BGR.
Tensor bgr_bytes(const Tensor& picture) {
  const auto bytes = (picture[0].to(torch::kFloat32) * 255).round().clamp(0, 255).to(torch::kUInt8);
  return bytes.flip({0}).permute({1, 2, 0}).contiguous();
}

/// Memory of the CPU that a CUDA device reads and writes by itself, while it computes and while a graph is captured.
Tensor host_memory(at::IntArrayRef shape, torch::Dtype dtype, torch::Device device) {
  return torch::empty(shape, torch::dtype(dtype).pinned_memory(device.is_cuda()));
}

/// `to` becomes host memory with a copy of `from`, on its way when this returns.
void download(const Tensor& from, Tensor& to) {
  if (!to.defined()) to = host_memory(from.sizes(), from.scalar_type(), from.device());
  to.copy_(from, /*non_blocking=*/true);
}

/// Lets a download run beside what is computed next: on CUDA in a stream that starts where the caller's is now, and
/// that the caller's waits for in the end. Elsewhere there is nothing to overlap.
class Beside {
 public:
  explicit Beside([[maybe_unused]] torch::Device device) {
#ifdef VIVIDFACE_CUDA
    if (!device.is_cuda()) return;
    stream_ = c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index());
    at::cuda::CUDAEvent here;
    here.record(c10::cuda::getCurrentCUDAStream(device.index()));
    here.block(*stream_);
#endif
  }
  void run(const std::function<void()>& work) {
#ifdef VIVIDFACE_CUDA
    const c10::cuda::OptionalCUDAStreamGuard guard(stream_);
#endif
    work();
  }
  void join() {
#ifdef VIVIDFACE_CUDA
    if (!stream_) return;
    at::cuda::CUDAEvent done;
    done.record(*stream_);
    done.block(c10::cuda::getCurrentCUDAStream(stream_->device_index()));
#endif
  }

 private:
#ifdef VIVIDFACE_CUDA
  std::optional<c10::cuda::CUDAStream> stream_;
#endif
};

}  // namespace

Networks::Networks(const std::map<char, Weights>& checkpoints, const Placement& p)
    : appearance(checkpoints.at('F'), p),
      motion(checkpoints.at('M'), {p.device, torch::kFloat32, false}),
      warping(checkpoints.at('W'), p),
      generator(checkpoints.at('G'), p),
      stitching(checkpoints.at('S'), {p.device, torch::kFloat32, false}),
      place(p) {
  const auto &f = checkpoints.at('F'), &m = checkpoints.at('M'), &w = checkpoints.at('W');
  check_fit(w, warping.volume_channels(), f, appearance.volume_channels(), "channels of the volume");
  check_fit(w, warping.keypoint_count(), m, motion.keypoint_count(), "keypoints");
  check_fit(checkpoints.at('S'), stitching.keypoint_count(), m, motion.keypoint_count(), "keypoints");
  check_fit(checkpoints.at('G'), generator.feature_channels(), w, warping.feature_channels(), "channels of features");
}

void compute_on_all_cores() {
  torch::set_num_threads(static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
}

struct Streaming::Graph {
#ifdef VIVIDFACE_CUDA
  explicit Graph(torch::Device device)
      : stream(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, device.index())) {}

  at::cuda::CUDAGraph graph;
  c10::cuda::CUDAStream stream;
#endif
};

Streaming::Streaming(std::shared_ptr<const Networks> networks, const Tensor& source, Mapping mapping)
    : networks_(std::move(networks)), mapping_(std::move(mapping)) {
  const torch::InferenceMode inference;
  const auto picture = source.to(networks_->place.device, torch::kFloat32);
  source_motion_ = networks_->motion(picture);
  source_terms_ = terms(source_motion_);
  source_ = networks_->warping.prepare(networks_->appearance(networks_->place(picture)), keypoints(source_motion_));
  staged_ = host_memory(source.sizes(), torch::kUInt8, networks_->place.device);
}

Streaming::~Streaming() = default;

void Streaming::set_reference(const Tensor& picture) {
  const torch::InferenceMode inference;
  // Not by way of staged_, which may be written again before the device has read it.
  const auto motion = terms(networks_->motion(picture.to(networks_->place.device).to(torch::kFloat32) / 255));
  has_reference_ = true;
  if (!reference_.scale.defined()) {
    reference_ = {motion.scale.clone(), motion.rotation.clone(), motion.translation.clone(), motion.expression.clone()};
    return;
  }
  // The captured graph reads these very buffers.
  reference_.scale.copy_(motion.scale);
  reference_.rotation.copy_(motion.rotation);
  reference_.translation.copy_(motion.translation);
  reference_.expression.copy_(motion.expression);
}

void Streaming::compute() {
  const auto seen = staged_.to(networks_->place.device, /*non_blocking=*/true).to(torch::kFloat32).div_(255);
  frame_.motion = terms(networks_->motion(seen));
  frame_.driven = compose(source_motion_.canonical, relative_motion(source_terms_, frame_.motion, reference_));
  frame_.stitched = networks_->stitching(source_.keypoints, frame_.driven);
  frame_.warped = networks_->warping(source_, frame_.stitched);
  frame_.picture = networks_->generator(frame_.warped.features);
  const Tensor bytes = bgr_bytes(frame_.picture);
  Beside beside(networks_->place.device);
  beside.run([&] { download(bytes, frame_.bytes); });
  if (mapping_) download(mapping_(frame_.picture), frame_.controls);
  beside.join();
}

const StreamedFrame& Streaming::step(const Tensor& picture) {
  const torch::InferenceMode inference;
#ifdef VIVIDFACE_CUDA
  if (networks_->place.device.is_cuda()) {
    // The source, the reference and what reads the results are on the caller's stream, which this one does not wait
    // for.
    c10::cuda::getCurrentCUDAStream(networks_->place.device.index()).synchronize();
    staged_.copy_(picture);
    if (!graph_) {
      auto captured = std::make_unique<Graph>(networks_->place.device);
      const c10::cuda::CUDAStreamGuard guard(captured->stream);
      constexpr int kWarmUpFrames =
          3;  // lets the libraries choose kernels and take their workspaces before the capture
      for (int i = 0; i < kWarmUpFrames; ++i) compute();
      captured->stream.synchronize();
      // Other threads may work on the device meanwhile, for another person's robot.
      captured->graph.capture_begin(/*pool=*/{0, 0}, cudaStreamCaptureModeThreadLocal);
      compute();
      captured->graph.capture_end();
      graph_ = std::move(captured);
    }
    const c10::cuda::CUDAStreamGuard guard(graph_->stream);
    graph_->graph.replay();
    graph_->stream.synchronize();
    return frame_;
  }
#endif
  staged_.copy_(picture);
  compute();
  return frame_;
}

}  // namespace vividface::liveportrait
