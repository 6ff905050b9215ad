#include "transfer/liveportrait/plain_bench.h"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iomanip>
#include <vector>

#include "transfer/liveportrait/plain_networks.h"

namespace vividface::liveportrait {
namespace {

double milliseconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

void bench_against_plain(const std::map<char, Weights>& checkpoints, const Streaming::Mapping& mapping, int frames,
                         std::ostream& out) {
  const torch::InferenceMode inference;
  torch::manual_seed(1);
  const auto networks = std::make_shared<const Networks>(checkpoints, Placement());
  const PlainWarping plain_warping(checkpoints.at('W'));
  const PlainGenerator plain_generator(checkpoints.at('G'));

  const auto source = torch::rand({1, 3, 256, 256});
  const auto first = torch::randint(0, 256, {1, 3, 256, 256}, torch::kUInt8);
  const auto second = torch::randint(0, 256, {1, 3, 256, 256}, torch::kUInt8);
  Streaming stream(networks, source, mapping);
  stream.set_reference(first);
  const auto unit = [](const Tensor& bytes) { return bytes.to(torch::kFloat32) / 255; };
  const auto reference = terms(networks->motion(unit(first)));
  const auto& of_source = stream.source_motion();
  const auto& volume = stream.source().volume;

  Tensor expected;
  const auto plain_frame = [&] {
    const auto moved = relative_motion(terms(of_source), terms(networks->motion(unit(second))), reference);
    const auto source_keypoints = keypoints(of_source);
    const auto driven = networks->stitching(source_keypoints, compose(of_source.canonical, moved));
    expected = plain_generator(plain_warping(volume, source_keypoints, driven).features);
    if (mapping) mapping(expected);
  };
  Tensor picture;
  const auto frame = [&] { picture = stream.step(second).picture; };
  frame();
  plain_frame();
  std::vector<double> reduced, plain;
  for (int i = 0; i < frames; ++i) {
    reduced.push_back(milliseconds(frame));
    plain.push_back(milliseconds(plain_frame));
  }
  const double ours = median(reduced), theirs = median(plain);
  const auto fastest = [](const std::vector<double>& values) {
    return *std::min_element(values.begin(), values.end());
  };
  out << std::fixed << std::setprecision(0) << "a frame on " << torch::get_num_threads() << " threads, median of "
      << frames << ": " << ours << " ms, without the reductions " << theirs << " ms: " << std::setprecision(2)
      << theirs / ours << " times as long (of the fastest frames " << fastest(plain) / fastest(reduced)
      << "); I_m differs by at most " << std::scientific << std::setprecision(1)
      << (picture - expected).abs().max().item<double>() << '\n';
}

}  // namespace vividface::liveportrait
