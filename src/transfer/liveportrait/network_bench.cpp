#include "transfer/liveportrait/network_bench.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <iomanip>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#ifdef VIVIDFACE_CUDA
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#endif

namespace vividface::liveportrait {
namespace {

// Work of one frame at the published sizes, before any reduction, a multiply-add counted as two (see
// docs/liveportrait.md).
constexpr double kGflopM = 11.6, kGflopW = 342, kGflopG = 892, kGflopX = 3.6, kGflopF = 64;

struct Timing {
  double mean = 0, p99 = 0;  // milliseconds
};

void synchronize([[maybe_unused]] torch::Device device) {
#ifdef VIVIDFACE_CUDA
  if (device.is_cuda()) torch::cuda::synchronize();
#endif
}

Timing time(const std::function<void()>& work, torch::Device device, int frames) {
  constexpr int kWarmUp = 5;
  const bool cuda = device.is_cuda();
  for (int i = 0; i < (cuda ? kWarmUp : 1); ++i) work();
  synchronize(device);
  std::vector<double> ms;
  for (int i = 0; i < frames; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    synchronize(device);
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(ms.begin(), ms.end());
  double sum = 0;
  for (const double t : ms) sum += t;
  return {sum / frames, ms[std::min(ms.size() - 1, static_cast<std::size_t>(std::ceil(0.99 * frames)) - 1)]};
}

double peak_tflops(const Placement& place) {
  const std::int64_t n = place.device.is_cuda() ? 8192 : 1024;
  const auto options = torch::dtype(place.dtype).device(place.device);
  const auto a = torch::randn({n, n}, options), b = torch::randn({n, n}, options);
  auto c = torch::empty({n, n}, options);
  const auto t = time([&] { torch::mm_out(c, a, b); }, place.device, 20);
  return 2.0 * static_cast<double>(n * n * n) / (t.mean * 1e-3) / 1e12;
}

/// The work as one graph replay on CUDA, so that launch gaps do not count; as it is elsewhere.
class Replay {
 public:
  Replay(std::function<void()> work, [[maybe_unused]] torch::Device device) : work_(std::move(work)) {
#ifdef VIVIDFACE_CUDA
    if (!device.is_cuda()) return;
    stream_.emplace(c10::cuda::getStreamFromPool());
    const c10::cuda::CUDAStreamGuard guard(*stream_);
    for (int i = 0; i < 3; ++i) work_();
    stream_->synchronize();
    graph_ = std::make_unique<at::cuda::CUDAGraph>();
    graph_->capture_begin();
    work_();
    graph_->capture_end();
#endif
  }
  void operator()() const {
#ifdef VIVIDFACE_CUDA
    if (graph_) {
      const c10::cuda::CUDAStreamGuard guard(*stream_);
      graph_->replay();
      return;
    }
#endif
    work_();
  }

 private:
  std::function<void()> work_;
#ifdef VIVIDFACE_CUDA
  std::optional<c10::cuda::CUDAStream> stream_;
  std::unique_ptr<at::cuda::CUDAGraph> graph_;
#endif
};

}  // namespace

void bench_networks(const std::map<char, Weights>& checkpoints,
                    const std::function<Streaming::Mapping(torch::Device, torch::Dtype)>& mapping,
                    const BenchOptions& options, std::ostream& out) {
  const torch::InferenceMode inference;
  torch::manual_seed(1);
  const Placement& place = options.place;
  const auto device = place.device;
  const auto networks = std::make_shared<const Networks>(checkpoints, place);
  const auto x = mapping(device, place.dtype);

  const auto picture = torch::rand({1, 3, 256, 256});
  const auto driving_a = torch::randint(0, 256, {1, 3, 256, 256}, torch::kUInt8);
  const auto driving_b = torch::randint(0, 256, {1, 3, 256, 256}, torch::kUInt8);
  Streaming stream(networks, picture, x);
  stream.set_reference(driving_a);
  const auto& frame = stream.step(driving_b);
  synchronize(device);

  const double peak = peak_tflops(place);
  out << "peak of a large matrix product: " << std::setprecision(4) << peak << " TFLOP/s\n"
      << "network        mean ms    P99 ms     GFLOP   of peak\n"
      << std::fixed;
  const auto row = [&](const char* name, double gflop, const std::function<void()>& work) {
    const Replay replay(work, device);
    const auto t = time(std::cref(replay), device, options.frames);
    out << std::left << std::setw(12) << name << std::right << std::setprecision(3) << std::setw(10) << t.mean
        << std::setw(10) << t.p99 << std::setprecision(1) << std::setw(10) << gflop << std::setw(9)
        << gflop / t.mean / peak * 100 << " %\n"
        << std::flush;
  };
  const auto input = picture.to(device), input_placed = place(input);
  const auto source = networks->warping.prepare(networks->appearance(input_placed), keypoints(networks->motion(input)));
  const auto driven = frame.stitched.clone();
  const auto features = frame.warped.features.clone(place.channels_last ? torch::MemoryFormat::ChannelsLast
                                                                        : torch::MemoryFormat::Contiguous);
  const auto shown = frame.picture.clone();
  row("F (once)", kGflopF, [&] { networks->appearance(input_placed); });
  row("M", kGflopM, [&] { networks->motion(input); });
  row("W", kGflopW, [&] { networks->warping(source, driven); });
  row("G", kGflopG, [&] { networks->generator(features); });
  if (x) row("mapping", kGflopX, [&] { x(shown); });

  const auto t = time([&] { stream.step(driving_b); }, device, options.frames);
  const double gflop = kGflopM + kGflopW + kGflopG + (x ? kGflopX : 0);
  out << std::left << std::setw(12) << "frame" << std::right << std::setprecision(3) << std::setw(10) << t.mean
      << std::setw(10) << t.p99 << std::setprecision(1) << std::setw(10) << gflop << std::setw(9)
      << gflop / t.mean / peak * 100 << " %   (upload, M, Eq. 2, S, W, G, mapping, download)\n";
#ifdef VIVIDFACE_CUDA
  if (device.is_cuda()) {
    std::size_t free = 0, total = 0;
    cudaMemGetInfo(&free, &total);
    out << "device memory in use: " << (total - free) / (1 << 20) << " MiB\n";
  }
#endif
  if (!device.is_cuda()) return;

  const Placement exact;
  Streaming reference(std::make_shared<const Networks>(checkpoints, exact), picture,
                      mapping(exact.device, exact.dtype));
  reference.set_reference(driving_a);
  const auto& expected = reference.step(driving_b);
  const auto on_cpu = [](const Tensor& x32) { return x32.to(torch::kCPU, torch::kFloat32); };
  const auto error = (expected.picture - on_cpu(frame.picture)).square().mean().item<double>();
  out << "I_m against float32 on the CPU: PSNR " << std::setprecision(1) << 10 * std::log10(1 / error) << " dB";
  if (expected.controls.defined()) {
    const auto off = (expected.controls - on_cpu(frame.controls)).abs().max().item<double>();
    out << ", controls at most " << std::setprecision(5) << off << " off";
  }
  const auto moved = (expected.stitched - on_cpu(frame.stitched)).abs().max().item<double>();
  const auto range = expected.picture.max().item<double>() - expected.picture.min().item<double>();
  out << ", keypoints at most " << std::scientific << std::setprecision(1) << moved << " off; I_m spans " << std::fixed
      << std::setprecision(3) << range << "\n";
}

}  // namespace vividface::liveportrait
